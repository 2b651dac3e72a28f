#include "tests/property/reference_side.hpp"

#include <algorithm>

#include "lakehouse/landing/store.hpp"
#include "tests/property/full_recompute.hpp"
#include "tests/property/reference_oracle.hpp"

namespace stedi::lakehouse {

namespace {

std::filesystem::path zones_file(const StoreFolder& store) {
  return landing::zones_file(store.dir, "reference");
}

std::string difference_of(const std::string& table, const std::vector<std::string>& is,
                          const std::string& by_whom, const std::vector<std::string>& should_be) {
  std::string text = "reference: " + table + " is\n";
  for (const std::string& line : is) text += "  " + line + "\n";
  text += by_whom + " it is\n";
  for (const std::string& line : should_be) text += "  " + line + "\n";
  return text;
}

// The columns of ReferenceTables.
const std::map<std::string, std::string>& columns() {
  static const std::string customer =
      "email, customerName, serialNumber, lastUpdateDate, shareWithResearchAsOfDate";
  static const std::map<std::string, std::string> all = {
      {"customer_trusted", customer},
      {"accelerometer_trusted", "user, timestamp, x, y, z"},
      {"customers_curated", customer},
      {"step_trainer_trusted", "sensorReadingTime, serialNumber, distanceFromObject"},
      {"machine_learning_curated", "sensorReadingTime, serialNumber, distanceFromObject, user, x, y, z"}};
  return all;
}

FullRecompute& full_recompute() {
  static FullRecompute full(Profile::reference);
  return full;
}

}  // namespace

void ReferenceSide::before_consent(const LandedRecords& landed) {
  if (!curator_) curator_ = std::make_unique<Curator>(store_, Profile::reference, clock_);
  require(curator_->run(Extent::when_needed));
  before_ = landed;
}

std::string ReferenceSide::compare_after_consent(const LandedRecords& landed) {
  if (!curator_) return "";
  require(curator_->run(Extent::consent));
  std::string difference;
  {
    auto zones = require(sqlite::Database::open(zones_file(store_), sqlite::Access::read_only));
    require(zones.attach(landing::landing_file(store_.dir), "landing"));
    const bool has_read_all = require(read_zones_cursor(zones)) == require(read_landing_cursor(zones));
    if (has_read_all) difference = compare_with_full(zones);
    if (difference.empty()) difference = compare_with_rules(zones, landed, has_read_all);
  }
  curator_.reset();
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(zones_file(store_).string() + suffix);
  return difference;
}

std::string ReferenceSide::compare_with_full(sqlite::Database& zones) {
  std::string difference;
  sqlite::Database& full = full_recompute().of(store_, clock_);
  for (const Job& job : full_recompute().jobs()) {
    const std::string rows = "SELECT * FROM main." + rows_table(job.name);
    if (hash_of(zones, rows) == hash_of(full, rows)) continue;
    difference = difference_of(job.name, lines_of(zones, rows), "in full", lines_of(full, rows));
    break;
  }
  full_recompute().done();
  return difference;
}

// What landed after somebody spoke may wait for the next run, unless more than leaving had to be done.
std::string ReferenceSide::compare_with_rules(sqlite::Database& zones, const LandedRecords& landed,
                                              bool has_read_all) {
  LandedRecords read = landed;
  if (!has_read_all) {
    read.movements = before_.movements;
    read.steps = before_.steps;
  }
  const ReferenceTables theirs = reference_by_the_rules(read);
  for (const auto& [table, names] : columns()) {
    auto ours = lines_of(zones, "SELECT " + names + " FROM " + table);
    std::ranges::sort(ours);
    const auto found = theirs.find(table);
    const auto rules = found == theirs.end()
                           ? std::vector<std::string>()
                           : std::vector<std::string>(found->second.begin(), found->second.end());
    if (ours != rules) return difference_of(table, ours, "by the rules", rules);
  }
  return "";
}

}  // namespace stedi::lakehouse
