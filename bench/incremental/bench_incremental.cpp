// bench_incremental DATA STORE: what a change costs on a store of the data-set folder DATA. Imports it, runs
// `strict` in full, lands one new minute of 100 people who agreed (a reading a second of both sensors) and
// then a withdrawal, and measures the incremental run of each: time, and pages read and written as SQLite
// counts them. The tables of both profiles must be those that a full run makes before a figure is printed.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/record/encode.hpp"
#include "lakehouse/import/import.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/store/store_files.hpp"

namespace {

namespace fs = std::filesystem;
using namespace stedi;
using namespace stedi::lakehouse;

constexpr std::size_t people_with_news = 100;
constexpr int seconds_of_news = 60;

template <typename T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

struct Cost {
  double milliseconds = 0;
  std::int64_t pages_read = 0;
  std::int64_t pages_written = 0;
  std::vector<TableRun> tables;
};

// A run by a process that has just started: nothing of the store is in its memory.
Cost cost_of_run(const StoreFolder& store, Profile profile, Extent extent, const Clock& clock) {
  Curator curator(store, profile, clock);
  const auto started = std::chrono::steady_clock::now();
  const RunReport report = require(curator.run(extent));
  const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - started;
  return {taken.count(), report.pages_read, report.pages_written, report.tables};
}

struct Member {
  std::string email;
  std::string serial;
};

std::vector<Member> curated_people(const StoreFolder& store) {
  auto zones =
      require(sqlite::Database::open(zones_file(store.dir, Profile::strict), sqlite::Access::read_only));
  // Spread over the whole store, as people are.
  auto rows = require(zones.prepare(
      "SELECT email, serialNumber FROM customers_curated WHERE serialNumber IS NOT NULL ORDER BY random()"));
  std::vector<Member> people;
  while (people.size() < people_with_news + 1 && require(rows.step()))
    people.push_back({std::string(rows.text(0)), std::string(rows.text(1))});
  if (people.size() <= people_with_news) throw std::runtime_error("too few people who agreed");
  return people;
}

void land(const StoreFolder& store, const fs::path& file, Stream stream,
          const std::vector<std::string>& lines, const Clock& clock) {
  {
    std::ofstream out(file);
    for (const std::string& line : lines) out << line << '\n';
  }
  require(landing::import_files(store.dir, {{file, stream}}, clock, {}));
  fs::remove(file);
}

void land_a_minute(const StoreFolder& store, const std::vector<Member>& people, const Clock& clock) {
  std::vector<std::string> movements;
  std::vector<std::string> steps;
  for (int second = 0; second < seconds_of_news; ++second) {
    const std::int64_t at = clock.wall_ms() - (seconds_of_news - second) * 1000;
    for (std::size_t i = 0; i < people_with_news; ++i) {
      movements.push_back(encode(AccelerometerReading{people[i].email, at, 1, 2, 3, ""}));
      steps.push_back(encode(StepTrainerReading{at, people[i].serial, 100 + second, ""}));
    }
  }
  land(store, store.dir.parent_path() / "accelerometer-news.json", Stream::accelerometer, movements, clock);
  land(store, store.dir.parent_path() / "step_trainer-news.json", Stream::step_trainer, steps, clock);
}

void land_a_withdrawal(const StoreFolder& store, const std::string& email, const Clock& clock) {
  const ConsentEvent withdrawal{email, "research", ConsentEvent::Action::withdraw, clock.wall_ms(), ""};
  land(store, store.dir.parent_path() / "consent-news.json", Stream::consent, {encode(withdrawal)}, clock);
}

// Row by row, whatever their order: equal for equal tables.
std::string content_of(sqlite::Database& zones, std::string_view table) {
  auto rows = require(zones.prepare("SELECT * FROM " + std::string(table)));
  std::size_t count = 0;
  std::size_t sum = 0;
  std::string row;
  for (; require(rows.step()); ++count) {
    row.clear();
    for (int column = 0; column < rows.column_count(); ++column) {
      row += rows.text(column);
      row += '\x1f';
    }
    sum += std::hash<std::string>()(row);
  }
  return std::string(table) + " " + std::to_string(count) + " rows, " + std::to_string(sum) + "; ";
}

std::string content_of(const StoreFolder& store, Profile profile) {
  auto zones = require(sqlite::Database::open(zones_file(store.dir, profile), sqlite::Access::read_only));
  std::string all;
  for (const std::string_view table : zone_tables) all += content_of(zones, table);
  return all;
}

// What stands there must be what a full run makes; that run's cost.
Cost cost_of_the_same_in_full(const StoreFolder& store, Profile profile, const Clock& clock) {
  const std::string incremental = content_of(store, profile);
  const Cost cost = cost_of_run(store, profile, Extent::full, clock);
  const std::string full = content_of(store, profile);
  if (incremental != full) throw std::runtime_error("step by step " + incremental + "but in full " + full);
  return cost;
}

void print(const char* what, const Cost& cost) {
  std::printf("%-34s %10.1f ms %10lld pages read %10lld pages written\n", what, cost.milliseconds,
              static_cast<long long>(cost.pages_read), static_cast<long long>(cost.pages_written));
  std::fflush(stdout);
}

void measure(const fs::path& data, const fs::path& dir) {
  const SystemClock clock;
  const StoreFolder store{dir / "store", dir / "keys"};
  require(landing::import_files(store.dir, require(landing::find_import_files({data})), clock, {}));
  const Cost first = cost_of_run(store, Profile::strict, Extent::when_needed, clock);
  const auto people = curated_people(store);
  land_a_minute(store, people, clock);
  const Cost minute = cost_of_run(store, Profile::strict, Extent::when_needed, clock);
  cost_of_run(store, Profile::reference, Extent::when_needed, clock);
  land_a_withdrawal(store, people.back().email, clock);
  const Cost withdrawal = cost_of_run(store, Profile::strict, Extent::when_needed, clock);
  const Cost published = cost_of_run(store, Profile::reference, Extent::when_needed, clock);
  const Cost again = cost_of_the_same_in_full(store, Profile::strict, clock);
  cost_of_the_same_in_full(store, Profile::reference, clock);
  print("five strict jobs, first run", first);
  print("five strict jobs in full, again", again);
  print("one minute of 100 people", minute);
  for (const TableRun& table : minute.tables) {
    std::printf("  %-32s %10lld ms %10lld rows came, %lld went\n", table.table.c_str(),
                static_cast<long long>(table.finished_ms - table.started_ms),
                static_cast<long long>(table.added), static_cast<long long>(table.removed));
  }
  print("one withdrawal, strict", withdrawal);
  print("one withdrawal, reference", published);
  std::printf("minute / full: 1/%.0f\n", again.milliseconds / minute.milliseconds);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bench_incremental DATA STORE\n");
    return 2;
  }
  try {
    measure(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_incremental: %s\n", error.what());
    return 1;
  }
  return 0;
}
