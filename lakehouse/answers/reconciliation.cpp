#include "lakehouse/answers/reconciliation.hpp"

#include "core/wire/topic.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

void add_row(Validation& validation, std::string_view zone, std::string_view stream, std::string_view reason,
             std::int64_t rows, std::string_view result = "") {
  validation.reconciliation.rows.push_back(
      {std::string(zone), std::string(stream), std::string(reason), rows, std::string(result)});
}

// A row that must come to `expected`; otherwise a difference.
void add_total(Validation& validation, std::string_view zone, std::string_view stream, std::string_view what,
               std::int64_t rows, std::int64_t expected) {
  add_row(validation, zone, stream, what, rows, rows == expected ? "ok" : "DIFFERENT");
  if (rows == expected) return;
  validation.add_difference(
      std::string(zone) + " " + std::string(stream) + ": " + std::string(what) + " is " +
          std::to_string(rows) + ", but " + std::to_string(expected) + " are accounted for",
      zone == "landing"
          ? "`stedi-lakehouse check` says whether landing.db is damaged"
          : "`stedi-lakehouse run --full --profile " + std::string(zone) + "` rebuilds its tables");
}

// Rows that retention took out of the landing tables, and out of all others with them.
Result<std::int64_t> expired_rows(sqlite::Database& database, std::string_view stream) {
  return database.integer("SELECT COALESCE(SUM(records), 0) FROM landing.expired WHERE stream = '" +
                          std::string(stream) + "'");
}

Result<void> reconcile_stream_landing(sqlite::Database& database, std::string_view stream,
                                      Validation& validation) {
  const std::string name(stream);
  const auto batch_log = [&](std::string_view column) {
    return database.integer("SELECT COALESCE(SUM(batch." + std::string(column) +
                            "), 0) FROM landing.batch AS batch JOIN landing.source AS source "
                            "ON source.source_id = batch.source_id WHERE source.stream = '" +
                            name + "'");
  };
  const auto landed_by_log = TRY(batch_log("landed"));
  const auto quarantined_by_log = TRY(batch_log("quarantined"));
  const auto landed = TRY(database.integer("SELECT COUNT(*) FROM landing." + name));
  const auto quarantined =
      TRY(database.integer("SELECT COUNT(*) FROM landing.quarantine WHERE stream = '" + name + "'"));
  const auto expired = TRY(expired_rows(database, stream));
  const std::int64_t received = landed_by_log + quarantined_by_log;
  if (received + landed + quarantined == 0) return {};  // this stream is not used
  add_row(validation, "landing", stream, "landed", landed + expired);
  if (expired > 0) add_row(validation, "landing", stream, "expired", expired);
  add_row(validation, "landing", stream, "quarantined", quarantined);
  add_total(validation, "landing", stream, "received", received, landed + expired + quarantined);
  return {};
}

std::string view_up_to(const std::string& table, std::int64_t last) {
  return "CREATE TEMP VIEW " + table + " AS SELECT * FROM landing." + table +
         " WHERE ingest_id <= " + std::to_string(last);
}

// What has landed since the zones were made is left out of sight.
Result<void> show_landing_up_to(sqlite::Database& zones, const Cursor& cursor) {
  for (const auto& [table, last] : cursor.ingest_ids) TRY(zones.execute(view_up_to(table, last)));
  return zones.execute("CREATE TEMP TABLE person_by_rules AS " + sql_text("reconcile/person_by_rules.sql"));
}

// `sql`: reasons and how many records each keeps out.
Result<void> reconcile_stream(sqlite::Database& zones, std::string_view zone, const std::string& stream,
                              const std::string& sql, Validation& validation) {
  const auto trusted = TRY(zones.integer("SELECT COUNT(*) FROM main." + stream + "_trusted"));
  const auto landed = TRY(zones.integer("SELECT COUNT(*) FROM " + stream));
  const auto pending =
      TRY(zones.integer("SELECT COUNT(*) - " + std::to_string(landed) + " FROM landing." + stream));
  const auto expired = TRY(expired_rows(zones, stream));
  std::int64_t explained = expired;
  std::int64_t trusted_by_rules = 0;
  TRY(zones.each_row(sql, [&](std::string_view reason, std::int64_t rows) {
    explained += rows;
    if (reason == "trusted") {
      trusted_by_rules = rows;
    } else if (rows > 0) {
      add_row(validation, zone, stream, reason, rows);
    }
  }));
  if (expired > 0) add_row(validation, zone, stream, "expired", expired);
  add_total(validation, zone, stream, "trusted", trusted, trusted_by_rules);
  add_total(validation, zone, stream, "landed", landed + expired, explained);
  if (pending > 0) add_row(validation, zone, stream, "pending (landed since)", pending);
  return {};
}

}  // namespace

Result<void> reconcile_landing(sqlite::Database& database, Validation& validation) {
  for (const Stream stream : all_streams) {
    const std::string_view name = wire::stream_name(stream);
    TRY_IN("landing " + std::string(name), reconcile_stream_landing(database, name, validation));
  }
  return {};
}

Result<void> reconcile_zones(sqlite::Database& zones, Profile profile, Validation& validation) {
  const std::string_view zone = profile_name(profile);
  const auto cursor = TRY(read_zones_cursor(zones));
  TRY_IN("reconciliation", show_landing_up_to(zones, cursor));
  const std::string folder = "reconcile/" + std::string(zone) + "/";
  const std::string customers = sql_text(folder + "customer.sql");
  TRY_IN("reconciliation of customer", reconcile_stream(zones, zone, "customer", customers, validation));
  for (const SensorTable& readings : sensor_tables()) {
    const std::string stream(readings.name);
    const std::string sql = sql_text(folder + "{owner}_readings.sql", readings);
    TRY_IN("reconciliation of " + stream, reconcile_stream(zones, zone, stream, sql, validation));
  }
  return {};
}

}  // namespace stedi::lakehouse
