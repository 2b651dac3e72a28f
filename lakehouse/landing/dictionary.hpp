// Small integer ids for emails and serials, shared by every row that carries them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/result.hpp"
#include "core/sqlite/database.hpp"

namespace stedi::landing {

// A dictionary entry and, when the text was spelled otherwise than at its first landing, that spelling.
struct Entry {
  std::int64_t id = 0;
  std::optional<std::int64_t> spelling_id;
};

// Finds or adds entries inside the caller's transaction. Ids are never reused. After a rollback, or when the
// store's epoch moved, forget() must be called: cached ids may not exist.
class Dictionary {
 public:
  // Entries cached at most, of each kind; beyond it the cache starts anew.
  static constexpr std::size_t max_cached = 100'000;

  static Result<Dictionary> open(sqlite::Database& database);

  // By the text as landed; its identity must not be empty.
  Result<Entry> subject(std::string_view email);
  Result<Entry> trainer(std::string_view serial);
  // The subject of an email identity, without adding one.
  Result<std::optional<std::int64_t>> find_subject(std::string_view email);
  void forget();

 private:
  using Cache = std::unordered_map<std::string, Entry>;
  struct Table {
    sqlite::Statement find;
    sqlite::Statement add;
  };
  Dictionary(sqlite::Database& database, Table subjects, Table trainers, Table spellings);
  Result<Entry> look_up(Cache& cache, Table& table, std::string_view text, const std::string& identity);
  Result<Entry> find_or_add(Table& table, std::string_view text, std::string_view identity);
  Result<std::int64_t> spelling(std::string_view text);

  sqlite::Database* database_;
  Table subjects_;
  Table trainers_;
  Table spellings_;
  Cache subject_cache_;
  Cache trainer_cache_;
  std::string key_;  // reused, so that a look-up makes no garbage
};

}  // namespace stedi::landing
