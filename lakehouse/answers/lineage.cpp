#include "lakehouse/answers/lineage.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/sqlite/database.hpp"
#include "lakehouse/answers/unread.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

namespace {

using LandingTables = std::set<std::string, std::less<>>;

// What of a landing table the zones have not read.
struct Waiting {
  std::int64_t records = 0;
  std::int64_t first_received_ms = 0;
};
using WaitingTables = std::map<std::string, Waiting, std::less<>>;

Result<std::int64_t> first_received_ms(sqlite::Database& zones, const std::string& table,
                                       std::int64_t after_id) {
  return zones.integer(
      "SELECT COALESCE(MIN(batch.received), 0) FROM landing.batch AS batch "
      "JOIN landing.source AS source ON source.source_id = batch.source_id "
      "WHERE source.stream = ? AND batch.first_id + batch.landed > ?",
      table, after_id + 1);
}

Result<WaitingTables> waiting_tables(sqlite::Database& zones) {
  const auto unread = TRY(unread_of(zones));
  WaitingTables waiting;
  for (const auto& [table, one] : unread) {
    Waiting& records = waiting[table];
    if (one.records == 0) continue;
    const auto received_ms = TRY(first_received_ms(zones, table, one.read_up_to));
    records = {one.records, received_ms};
  }
  return waiting;
}

// Tables come after their inputs, so that those of the inputs are known by then.
class Ancestry {
 public:
  explicit Ancestry(const WaitingTables& waiting) : waiting_(waiting) {}

  Result<void> complete(TableLineage& table, std::int64_t now_ms) {
    LandingTables sources;
    const auto inputs = TRY_IN(table.table, parse_inputs(table.inputs));
    for (const JobInput& input : inputs) {
      if (const auto made = sources_.find(input.table); made != sources_.end())
        sources.merge(LandingTables(made->second));
      if (waiting_.contains(input.table)) sources.insert(input.table);
    }
    std::int64_t first_received_ms = now_ms;
    for (const std::string& source : sources) {
      const Waiting& waiting = waiting_.find(source)->second;
      table.behind += waiting.records;
      if (waiting.first_received_ms > 0)
        first_received_ms = std::min(first_received_ms, waiting.first_received_ms);
    }
    table.waiting_ms = now_ms - first_received_ms;
    sources_.emplace(table.table, std::move(sources));
    return {};
  }

 private:
  const WaitingTables& waiting_;
  std::map<std::string, LandingTables, std::less<>> sources_;
};

Result<void> add_profile(const StoreFolder& store, Profile profile, const Clock& clock,
                         std::vector<TableLineage>& tables) {
  auto zones = TRY(open_zones_for_reading(store, profile));
  TRY(zones.execute("BEGIN"));
  const auto waiting = TRY(waiting_tables(zones));
  Ancestry ancestry(waiting);
  auto rows = TRY(zones.prepare(
      "SELECT made.table_name, made.inputs, made.job_hash, made.row_count, COALESCE(run.finished_ms, 0) "
      "FROM catalog_table AS made "
      "LEFT JOIN catalog_run AS run ON run.run_id = made.run_id AND run.table_name = made.table_name "
      "ORDER BY made.place"));
  return rows.each_row([&]() -> Result<void> {
    TableLineage table{profile,
                       std::string(rows.text(0)),
                       std::string(rows.text(1)),
                       std::string(rows.text(2)),
                       rows.integer(3),
                       rows.integer(4)};
    TRY(ancestry.complete(table, clock.wall_ms()));
    tables.push_back(std::move(table));
    return {};
  });
}

}  // namespace

Result<std::vector<TableLineage>> lineage_of(const StoreFolder& store, std::optional<Profile> profile,
                                             const Clock& clock) {
  TRY(landing::open_landing_for_reading(store.dir));
  std::vector<TableLineage> tables;
  for (const Profile each : all_profiles) {
    if (profile && *profile != each) continue;
    const auto filled = TRY(has_been_run(store, each));
    if (!filled && !profile) continue;
    TRY_IN("lineage", add_profile(store, each, clock, tables));
  }
  if (tables.empty()) return fail("lineage: there are no tables yet; run `stedi-lakehouse run` first");
  return tables;
}

}  // namespace stedi::lakehouse
