// Which batches of one (device, boot, stream) have landed: a contiguous prefix and a few ranges above it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/ack.hpp"

namespace stedi::landing {

class SequenceMarks {
 public:
  enum class Verdict { fresh, landed, too_far };

  // `too_far`: remembering it would take more than max_ranges ranges.
  Verdict judge(std::int64_t seq, std::size_t max_ranges) const;
  void add(wire::SeqRange range);
  void add(std::int64_t seq) { add({seq, seq}); }

  std::int64_t prefix() const { return prefix_; }
  // "7-9 12-12", and back.
  std::string ranges_text() const;
  static SequenceMarks restore(std::int64_t prefix, std::string_view ranges_text);

 private:
  std::int64_t prefix_ = 0;             // every seq up to this one
  std::vector<wire::SeqRange> ranges_;  // above it, sorted, neither overlapping nor adjacent
};

}  // namespace stedi::landing
