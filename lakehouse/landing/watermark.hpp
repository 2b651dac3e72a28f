// Which batches of one (device, boot, stream) have landed: a contiguous prefix and a few ranges above it; and
// which their device has given up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/ack.hpp"

namespace stedi::landing {

// A lost batch is still fresh: what a device gave up may be under way yet, and a gap record may be wrong. But
// a hole that was given up needs no remembering when room is short: it then counts as landed. So the lowest
// batch that may still come always lands: as long as no lost range was forgotten, and else once those that
// were have been told again.
class Watermark {
 public:
  enum class Verdict { fresh, landed, too_far };

  // `too_far`: remembering it would take more than max_ranges ranges.
  Verdict judge(std::int64_t seq, std::size_t max_ranges) const;
  // It has landed; judged `fresh` with the same limit, it leaves no more than max_ranges ranges.
  void add(std::int64_t seq, std::size_t max_ranges);
  // Its device has given these up. Remembers max_ranges of such ranges; beyond that one counts as landed
  // where that costs no room, else the highest are forgotten.
  void add_lost(wire::SeqRange range, std::size_t max_ranges);
  bool forgets_lost() const { return forgotten_from_ != 0; }
  // Some were forgotten, and to know them again would help: there is room for them, or they lie next to one
  // that is known.
  bool misses_lost(std::size_t max_ranges) const;
  // All that were ever lost are told again, in their order, until some are forgotten again.
  void begin_lost_anew();

  std::int64_t prefix() const { return prefix_; }
  // "7-9 12-12", and back. Of what was forgotten of the lost, its first batch and a nought: "40-0".
  std::string ranges_text() const;
  std::string lost_text() const;
  static Watermark restore(std::int64_t prefix, std::string_view ranges_text, std::string_view lost_text);

 private:
  using Ranges = std::vector<wire::SeqRange>;  // sorted, neither overlapping nor adjacent
  bool joins(wire::SeqRange range) const;
  bool has_landed(wire::SeqRange range) const;
  wire::SeqRange with_hole_below(std::int64_t seq) const;
  Ranges::const_iterator absorbable() const;
  void absorb(Ranges::const_iterator lost);
  void add_landed(wire::SeqRange range);

  std::int64_t prefix_ = 0;          // every seq up to this one
  Ranges ranges_;                    // landed above it
  Ranges lost_;                      // above the prefix, may overlap with what has landed
  std::int64_t forgotten_from_ = 0;  // lost ranges that begin here or above were forgotten; 0: none was
};

}  // namespace stedi::landing
