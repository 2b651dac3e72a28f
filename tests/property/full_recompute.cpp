#include "tests/property/full_recompute.hpp"

#include "core/digest/digest.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/full.hpp"
#include "lakehouse/tables/zones_schema.hpp"

namespace stedi::lakehouse {

std::vector<std::string> lines_of(sqlite::Database& database, const std::string& sql) {
  auto statement = require(database.prepare(sql));
  std::vector<std::string> lines;
  while (require(statement.step())) {
    std::string line;
    for (int column = 0; column < statement.column_count(); ++column) {
      line += (column == 0 ? "" : "|") + std::string(statement.text(column));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

MultisetHash hash_of(sqlite::Database& database, const std::string& sql) {
  MultisetHash hash;
  for (const std::string& line : lines_of(database, sql)) {
    ++hash.rows;
    hash.sum += static_cast<std::uint64_t>(first_64_bits(sha256(line)));
  }
  return hash;
}

FullRecompute::FullRecompute(Profile profile)
    : database_(require(sqlite::Database::in_memory())), jobs_(require(jobs_of(profile))) {
  require(database_.execute("PRAGMA temp_store=MEMORY"));
  require(database_.execute(require(zones_schema(profile))));
}

sqlite::Database& FullRecompute::of(const StoreFolder& store, const Clock& clock) {
  require(database_.attach(landing::landing_file(store.dir), "landing"));
  require(database_.execute("BEGIN"));
  const auto made = recompute_all(database_, jobs_, clock, {});
  if (!made) done();
  require(made);
  return database_;
}

void FullRecompute::done() {
  require(database_.execute("COMMIT"));
  require(database_.execute("DETACH DATABASE landing"));
}

}  // namespace stedi::lakehouse
