#include "lakehouse/landing/migrate.hpp"

#include <array>
#include <landing_ddl.hpp>
#include <string>

#include "core/record/sensor_table.hpp"
#include "lakehouse/landing/sender_id.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::landing {

namespace {

struct Change {
  std::int64_t row;
  std::string text;
};

Result<void> store_by_digest(sqlite::Database& database, const std::string& table, const std::string& key,
                             const std::string& column) {
  auto write = TRY(database.prepare("UPDATE " + table + " SET " + column + " = ? WHERE " + key + " = ?"));
  std::vector<Change> changes;
  TRY(database.each_row("SELECT " + key + ", " + column + " FROM " + table + " WHERE " + column + " <> ''",
                        [&](std::int64_t row, std::string_view id) {
                          const std::string stored = stored_sender_id(id);
                          if (stored != id) changes.push_back({row, stored});
                        }));
  for (const Change& change : changes) TRY(write.run(change.text, change.row));
  return {};
}

// Ids of a form of the sender's own were kept as sent.
Result<void> hide_foreign_ids(sqlite::Database& database) {
  for (const std::string column : {"device", "boot"}) {
    TRY(store_by_digest(database, "source", "source_id", column));
    TRY(store_by_digest(database, "gap", "ingest_id", column));
  }
  std::vector<Change> bindings;
  TRY(database.each_row("SELECT subject_id, device FROM device_subject",
                        [&](std::int64_t subject_id, std::string_view device) {
                          bindings.push_back({subject_id, stored_sender_id(device)});
                        }));
  TRY(database.execute("DELETE FROM device_subject"));
  auto bind = TRY(database.prepare("INSERT INTO device_subject (device, subject_id) VALUES (?, ?)"));
  for (const Change& binding : bindings) TRY(bind.run(binding.text, binding.row));
  return {};
}

Result<void> from_1_to_2(sqlite::Database& database) {
  return database.execute(std::string(ddl::removed_cell_sql));
}

Result<void> from_2_to_3(sqlite::Database& database) {
  return database.execute(std::string(ddl::upgrade_to_3_sql));
}

Result<void> from_3_to_4(sqlite::Database& database) {
  TRY(database.execute(std::string(ddl::upgrade_to_4_sql)));
  return hide_foreign_ids(database);
}

Result<void> from_4_to_5(sqlite::Database& database) {
  // Payloads that expire are found without reading those that have.
  return database.execute("CREATE INDEX kept_payload ON quarantined_record (received) WHERE payload <> ''");
}

Result<void> from_5_to_6(sqlite::Database& database) {
  return database.execute(std::string(ddl::upgrade_to_6_sql));
}

Result<void> from_6_to_7(sqlite::Database& database) {
  return database.execute(std::string(ddl::upgrade_to_7_sql));
}

// What each version added to the one before it.
constexpr std::array steps = {from_1_to_2, from_2_to_3, from_3_to_4, from_4_to_5, from_5_to_6, from_6_to_7};
static_assert(steps.size() + 1 == landing_version);

}  // namespace

Result<void> add_reading_tables(sqlite::Database& database) {
  for (const SensorTable& table : sensor_tables()) {
    const auto there = TRY(database.integer(
        sql_about(table, "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = '{stream}'")));
    if (there > 0) continue;
    TRY(database.execute(sql_about(table, ddl::reading_landing_sql)));
  }
  return {};
}

Result<void> migrate(sqlite::Database& database, std::int64_t from_version) {
  if (from_version < 1) return fail("it has no version");
  for (std::int64_t version = from_version; version < landing_version; ++version) {
    TRY(steps[static_cast<std::size_t>(version - 1)](database));
  }
  return database.execute("PRAGMA user_version = " + std::to_string(landing_version));
}

}  // namespace stedi::landing
