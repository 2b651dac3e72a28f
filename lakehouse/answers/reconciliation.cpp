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
          : "`stedi-lakehouse run --full --profile " + std::string(zone) + "` makes its tables anew");
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
  const auto landed_by_log = batch_log("landed");
  if (!landed_by_log) return Failure(landed_by_log.error());
  const auto quarantined_by_log = batch_log("quarantined");
  if (!quarantined_by_log) return Failure(quarantined_by_log.error());
  const auto landed = database.integer("SELECT COUNT(*) FROM landing." + name);
  if (!landed) return Failure(landed.error());
  const auto quarantined =
      database.integer("SELECT COUNT(*) FROM landing.quarantine WHERE stream = '" + name + "'");
  if (!quarantined) return Failure(quarantined.error());
  const auto expired = expired_rows(database, stream);
  if (!expired) return Failure(expired.error());
  const std::int64_t received = *landed_by_log + *quarantined_by_log;
  if (received + *landed + *quarantined == 0) return {};  // this stream is not used
  add_row(validation, "landing", stream, "landed", *landed + *expired);
  if (*expired > 0) add_row(validation, "landing", stream, "expired", *expired);
  add_row(validation, "landing", stream, "quarantined", *quarantined);
  add_total(validation, "landing", stream, "received", received, *landed + *expired + *quarantined);
  return {};
}

std::string view_up_to(const std::string& table, std::int64_t last) {
  return "CREATE TEMP VIEW " + table + " AS SELECT * FROM landing." + table +
         " WHERE ingest_id <= " + std::to_string(last);
}

// What has landed since the zones were made is left out of sight.
Result<void> show_landing_up_to(sqlite::Database& zones, const Cursor& cursor) {
  for (const auto& [table, last] : cursor.ingest_ids) {
    if (auto shadowed = zones.execute(view_up_to(table, last)); !shadowed) return shadowed;
  }
  return zones.execute("CREATE TEMP TABLE person_by_rules AS " + sql_text("reconcile/person_by_rules.sql"));
}

// `sql`: reasons and how many records each keeps out.
Result<void> reconcile_stream(sqlite::Database& zones, std::string_view zone, const std::string& stream,
                              const std::string& sql, Validation& validation) {
  auto reasons = zones.prepare(sql);
  if (!reasons) return Failure(reasons.error());
  const auto trusted = zones.integer("SELECT COUNT(*) FROM main." + stream + "_trusted");
  if (!trusted) return Failure(trusted.error());
  const auto landed = zones.integer("SELECT COUNT(*) FROM " + stream);
  if (!landed) return Failure(landed.error());
  const auto pending =
      zones.integer("SELECT COUNT(*) - " + std::to_string(*landed) + " FROM landing." + stream);
  if (!pending) return Failure(pending.error());
  const auto expired = expired_rows(zones, stream);
  if (!expired) return Failure(expired.error());
  std::int64_t explained = *expired;
  std::int64_t trusted_by_rules = 0;
  for (auto row = reasons->step(); true; row = reasons->step()) {
    if (!row) return Failure(row.error());
    if (!*row) break;
    explained += reasons->integer(1);
    if (reasons->text(0) == "trusted") {
      trusted_by_rules = reasons->integer(1);
    } else if (reasons->integer(1) > 0) {
      add_row(validation, zone, stream, reasons->text(0), reasons->integer(1));
    }
  }
  if (*expired > 0) add_row(validation, zone, stream, "expired", *expired);
  add_total(validation, zone, stream, "trusted", *trusted, trusted_by_rules);
  add_total(validation, zone, stream, "landed", *landed + *expired, explained);
  if (*pending > 0) add_row(validation, zone, stream, "pending (landed since)", *pending);
  return {};
}

}  // namespace

Result<void> reconcile_landing(sqlite::Database& database, Validation& validation) {
  for (const Stream stream : all_streams) {
    const std::string_view name = wire::stream_name(stream);
    if (auto reconciled = reconcile_stream_landing(database, name, validation); !reconciled)
      return in_context("landing " + std::string(name), reconciled.error());
  }
  return {};
}

Result<void> reconcile_zones(sqlite::Database& zones, Profile profile, Validation& validation) {
  const std::string_view zone = profile_name(profile);
  const auto cursor = read_zones_cursor(zones);
  if (!cursor) return Failure(cursor.error());
  if (auto shown = show_landing_up_to(zones, *cursor); !shown)
    return in_context("reconciliation", shown.error());
  const std::string folder = "reconcile/" + std::string(zone) + "/";
  const std::string customers = sql_text(folder + "customer.sql");
  if (auto reconciled = reconcile_stream(zones, zone, "customer", customers, validation); !reconciled)
    return in_context("reconciliation of customer", reconciled.error());
  for (const SensorTable& readings : sensor_tables()) {
    const std::string stream(readings.name);
    const std::string sql = sql_text(folder + "{owner}_readings.sql", readings);
    if (auto reconciled = reconcile_stream(zones, zone, stream, sql, validation); !reconciled)
      return in_context("reconciliation of " + stream, reconciled.error());
  }
  return {};
}

}  // namespace stedi::lakehouse
