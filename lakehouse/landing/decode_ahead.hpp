// Decodes a file's blocks on all cores, a bounded number of blocks ahead of the thread that lands them.
#pragma once

#include <cstddef>
#include <deque>
#include <future>
#include <optional>

#include "core/record/records.hpp"
#include "core/result.hpp"
#include "lakehouse/landing/decoded_block.hpp"
#include "lakehouse/landing/line_blocks.hpp"

namespace stedi::landing {

// One thread reads and takes; the destructor waits for what is under way.
class DecodeAhead {
 public:
  // Enough to keep the other cores busy; few, so that their memory is still in a cache when they are landed.
  static constexpr std::size_t max_blocks = 6;

  DecodeAhead(LineBlockReader reader, Stream stream) : reader_(std::move(reader)), stream_(stream) {}

  // Starts as many blocks as there is room for; next() does so too.
  Result<void> fill();
  // The blocks in the file's order; nullopt after the last.
  Result<std::optional<DecodedBlock>> next();

 private:
  LineBlockReader reader_;
  Stream stream_;
  std::deque<std::future<DecodedBlock>> ahead_;
  bool at_end_ = false;
};

}  // namespace stedi::landing
