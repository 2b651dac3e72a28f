#include "tests/property/reference_side.hpp"

#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/property/full_recompute.hpp"
#include "tests/support/tables.hpp"

namespace stedi::lakehouse {

namespace {

std::string lines(const std::vector<std::string>& rows) {
  std::string text;
  for (const std::string& row : rows) text += "  " + row + "\n";
  return text;
}

FullRecompute& full_recompute() {
  static FullRecompute full(Profile::reference);
  return full;
}

}  // namespace

void ReferenceSide::before_consent(const oracle::Landed& landed) {
  if (!curator_) curator_ = std::make_unique<Curator>(store_, Profile::reference, clock_);
  require(curator_->run(Extent::when_needed));
  before_ = landed;
}

std::string ReferenceSide::compare_after_consent(const oracle::Landed& landed) {
  if (!curator_) return "";
  require(curator_->run(Extent::consent));
  std::string difference;
  {
    auto zones = require(
        sqlite::Database::open(zones_file(store_.dir, Profile::reference), sqlite::Access::read_only));
    require(zones.attach(landing::landing_file(store_.dir), "landing"));
    const bool has_read_all = require(read_zones_cursor(zones)) == require(read_landing_cursor(zones));
    if (has_read_all) difference = compare_with_full(zones);
    if (difference.empty()) difference = compare_with_rules(zones, landed, has_read_all);
  }
  curator_.reset();
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(zones_file(store_.dir, Profile::reference).string() + suffix);
  return difference;
}

std::string ReferenceSide::compare_with_full(sqlite::Database& zones) {
  std::string difference;
  sqlite::Database& full = full_recompute().of(store_, clock_);
  for (const Job& job : full_recompute().jobs()) {
    const std::string rows = "SELECT * FROM main." + rows_table(job.name);
    if (hash_of(zones, rows) == hash_of(full, rows)) continue;
    difference = "reference: " + job.name + " is\n" + lines(lines_of(zones, rows)) + "in full it is\n" +
                 lines(lines_of(full, rows));
    break;
  }
  full_recompute().done();
  return difference;
}

// What landed after somebody spoke may wait for the next run, unless more than leaving had to be done.
std::string ReferenceSide::compare_with_rules(sqlite::Database& zones, const oracle::Landed& landed,
                                              bool has_read_all) {
  oracle::Landed read = landed;
  if (!has_read_all) {
    read.movements = before_.movements;
    read.steps = before_.steps;
  }
  const std::string difference =
      oracle::difference(oracle::reference(read).tables, test::read_tables(zones, test::zone_views));
  return difference.empty() ? "" : "reference is not what the rules say: " + difference;
}

}  // namespace stedi::lakehouse
