// What every incremental run is compared with: the same jobs over everything, in a database of their own in
// memory.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/job.hpp"

namespace stedi::lakehouse {

template <typename T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}
inline void require(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

// Rows of a query, columns joined by '|', null as nothing.
std::vector<std::string> lines_of(sqlite::Database& database, const std::string& sql);

// Rows as a multiset: the order of their coming does not matter, how often they come does.
struct MultisetHash {
  std::uint64_t rows = 0;
  std::uint64_t sum = 0;
  bool operator==(const MultisetHash&) const = default;
};
MultisetHash hash_of(sqlite::Database& database, const std::string& sql);

class FullRecompute {
 public:
  explicit FullRecompute(Profile profile = Profile::strict);
  // Makes the tables of `store` as of now; done() forgets where they came from.
  sqlite::Database& of(const StoreFolder& store, const Clock& clock);
  void done();
  const std::vector<Job>& jobs() const { return jobs_; }

 private:
  sqlite::Database database_;
  std::vector<Job> jobs_;
};

}  // namespace stedi::lakehouse
