// TOML configuration, read strictly: a key nobody asked for is an error, and every error names the file, the
// key and the expected type.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace stedi {

// A TOML table being read. Getters return the value, or `fallback` when the key is absent; a wrong type or a
// value out of range is remembered, and finish() reports the first such error, or else the first unknown key.
class ConfigTable {
 public:
  static Result<ConfigTable> load(const std::filesystem::path& file);
  static Result<ConfigTable> parse(std::string_view text, std::string_view file_name);

  bool has(std::string_view key) const;
  std::string text(std::string_view key, std::string_view fallback);
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
  double number(std::string_view key, double fallback, double least, double most);
  bool flag(std::string_view key, bool fallback);
  std::vector<std::string> texts(std::string_view key);
  // A sub-table; empty when absent. Shares this table's errors.
  ConfigTable table(std::string_view key);
  // An array of tables; empty when absent.
  std::vector<ConfigTable> tables(std::string_view key);
  // Names of all keys of this table, in the file's order; for tables whose keys are data.
  std::vector<std::string> keys() const;
  // Records an error about a key of this table, as the getters do.
  void reject(std::string_view key, std::string_view expected);

  // Call once on the root, after every getter: usage errors only.
  Result<void> finish();

 private:
  struct Document;
  struct Node;
  ConfigTable(std::shared_ptr<Document> document, std::shared_ptr<Node> node);
  std::shared_ptr<Document> document_;
  std::shared_ptr<Node> node_;
};

}  // namespace stedi
