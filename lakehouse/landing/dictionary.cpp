#include "lakehouse/landing/dictionary.hpp"

#include "core/record/identity.hpp"

namespace stedi::landing {

Dictionary::Dictionary(sqlite::Database& database, Table subjects, Table trainers, Table spellings)
    : database_(&database),
      subjects_(std::move(subjects)),
      trainers_(std::move(trainers)),
      spellings_(std::move(spellings)) {}

Result<Dictionary> Dictionary::open(sqlite::Database& database) {
  auto find_subject = TRY(database.prepare("SELECT subject_id, landed_as FROM subject WHERE email = ?"));
  auto add_subject = TRY(database.prepare("INSERT INTO subject (email, landed_as) VALUES (?, ?)"));
  auto find_trainer =
      TRY(database.prepare("SELECT trainer_id, landed_as FROM trainer WHERE serialNumber = ?"));
  auto add_trainer = TRY(database.prepare("INSERT INTO trainer (serialNumber, landed_as) VALUES (?, ?)"));
  auto find_spelling = TRY(database.prepare("SELECT spelling_id FROM spelling WHERE text = ?"));
  auto add_spelling = TRY(database.prepare("INSERT INTO spelling (text) VALUES (?)"));
  return Dictionary(database, Table{std::move(find_subject), std::move(add_subject)},
                    Table{std::move(find_trainer), std::move(add_trainer)},
                    Table{std::move(find_spelling), std::move(add_spelling)});
}

Result<Entry> Dictionary::subject(std::string_view email) {
  key_.assign(email);
  if (const auto cached = subject_cache_.find(key_); cached != subject_cache_.end()) return cached->second;
  return look_up(subject_cache_, subjects_, email, email_identity(email));
}

Result<Entry> Dictionary::trainer(std::string_view serial) {
  key_.assign(serial);
  if (const auto cached = trainer_cache_.find(key_); cached != trainer_cache_.end()) return cached->second;
  return look_up(trainer_cache_, trainers_, serial, std::string(trimmed(serial)));
}

Result<std::optional<std::int64_t>> Dictionary::find_subject(std::string_view email) {
  const auto row = TRY(subjects_.find.one_row<std::int64_t, std::string>(email_identity(email)));
  return row ? std::optional(std::get<0>(*row)) : std::nullopt;
}

void Dictionary::forget() {
  subject_cache_.clear();
  trainer_cache_.clear();
}

Result<Entry> Dictionary::look_up(Cache& cache, Table& table, std::string_view text,
                                  const std::string& identity) {
  auto entry = TRY(find_or_add(table, text, identity));
  if (cache.size() >= max_cached) cache.clear();
  cache.emplace(text, entry);
  return entry;
}

Result<Entry> Dictionary::find_or_add(Table& table, std::string_view text, std::string_view identity) {
  const auto found = TRY(table.find.one_row<std::int64_t, std::string>(identity));
  if (!found) {
    TRY(table.add.run(identity, text));
    return Entry{database_->last_insert_id(), std::nullopt};
  }
  const auto& [id, first_spelling] = *found;
  Entry entry{id, std::nullopt};
  if (first_spelling != text) entry.spelling_id = TRY(spelling(text));
  return entry;
}

Result<std::int64_t> Dictionary::spelling(std::string_view text) {
  if (const auto id = TRY(spellings_.find.one_row<std::int64_t>(text))) return *id;
  TRY(spellings_.add.run(text));
  return database_->last_insert_id();
}

}  // namespace stedi::landing
