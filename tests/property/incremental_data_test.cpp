// The law of incremental runs on the real data set: all its records in one random order, in 200 files, a run
// after each.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "lakehouse/import/import.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/property/full_recompute.hpp"
#include "tests/support/data_set.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::lakehouse {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunks = 200;
// A full recompute of the grown store costs more than all the rest: it is made after every few chunks and the
// last.
constexpr std::size_t chunks_between_comparisons = 10;

struct Line {
  Stream stream;
  std::string text;
};

std::vector<Line> shuffled_data_set(const fs::path& data) {
  std::vector<Line> lines;
  for (const auto& [stream, name] :
       {std::pair(Stream::customer, "customer"), std::pair(Stream::accelerometer, "accelerometer"),
        std::pair(Stream::step_trainer, "step_trainer")}) {
    for (const auto& entry : fs::directory_iterator(data / name / "landing")) {
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) lines.push_back({stream, line});
    }
  }
  std::ranges::sort(lines, {}, &Line::text);  // the folder's order says nothing
  std::ranges::shuffle(lines, std::mt19937(200));
  return lines;
}

std::vector<landing::ImportFile> write_chunk(const fs::path& folder, const std::vector<Line>& lines,
                                             std::size_t chunk) {
  std::vector<landing::ImportFile> files;
  for (const auto& [stream, name] :
       {std::pair(Stream::customer, "customer"), std::pair(Stream::accelerometer, "accelerometer"),
        std::pair(Stream::step_trainer, "step_trainer")}) {
    const fs::path file = folder / (std::string(name) + "-" + std::to_string(chunk) + ".json");
    std::ofstream out(file);
    for (std::size_t i = chunk * lines.size() / chunks; i < (chunk + 1) * lines.size() / chunks; ++i) {
      if (lines[i].stream == stream) out << lines[i].text << "\n";
    }
    files.push_back({file, stream});
  }
  return files;
}

TEST(IncrementalData, TwoHundredShuffledChunksAreEachAsAFullRun) {
  STEDI_REQUIRE_DATA();
  const test::TempDir folder;
  const StoreFolder store{folder.path() / "store", folder.path() / "keys"};
  const SystemClock clock;
  const auto lines = shuffled_data_set(*test::stedi_data());
  FullRecompute full;
  Curator curator(store, Profile::strict, clock);
  std::size_t incremental = 0;
  for (std::size_t chunk = 0; chunk < chunks; ++chunk) {
    ASSERT_TRUE(landing::import_files(store.dir, write_chunk(folder.path(), lines, chunk), clock, {}));
    const auto report = curator.run(Extent::when_needed);
    ASSERT_TRUE(report) << report.error().message;
    incremental += report->incremental ? 1 : 0;
    if (chunk % chunks_between_comparisons != 0 && chunk + 1 != chunks) continue;
    auto zones = sqlite::Database::open(zones_file(store.dir, Profile::strict), sqlite::Access::read_only);
    ASSERT_TRUE(zones);
    sqlite::Database& anew = full.of(store, clock);
    for (const Job& job : full.jobs()) {
      const std::string rows = "SELECT * FROM main." + rows_table(job.name);
      EXPECT_EQ(hash_of(*zones, rows), hash_of(anew, rows)) << job.name << " after chunk " << chunk;
    }
    full.done();
  }
  EXPECT_EQ(incremental, chunks - 1);
  auto zones = sqlite::Database::open(zones_file(store.dir, Profile::strict), sqlite::Access::read_only);
  ASSERT_TRUE(zones);
  EXPECT_EQ(zones->integer("SELECT COUNT(*) FROM customer_trusted"), 482);
  EXPECT_EQ(zones->integer("SELECT COUNT(*) FROM accelerometer_trusted"), 32'025);
  EXPECT_EQ(zones->integer("SELECT COUNT(*) FROM customers_curated"), 464);
  EXPECT_EQ(zones->integer("SELECT COUNT(*) FROM step_trainer_trusted"), 11'297);
  EXPECT_EQ(zones->integer("SELECT COUNT(*) FROM machine_learning_curated"), 32'025);
}

}  // namespace
}  // namespace stedi::lakehouse
