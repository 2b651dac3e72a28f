// How late batches were accepted: counts by lateness, exact to an eighth, in a fixed amount of memory.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace stedi::firmware {

class Lateness {
 public:
  void add(std::int64_t late_ms) {
    ++counts_[bucket_of(late_ms < 0 ? 0 : static_cast<std::uint64_t>(late_ms))];
    ++total_;
  }
  // The least lateness in ms that `part` (0 to 1) of all batches did not exceed; 0 when there were none.
  std::int64_t quantile_ms(double part) const {
    const auto wanted = static_cast<std::uint64_t>(part * static_cast<double>(total_));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
      seen += counts_[bucket];
      if (seen > wanted || seen == total_) return most_of(bucket);
    }
    return 0;
  }
  std::uint64_t total() const { return total_; }
  void add(const Lateness& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }

 private:
  // Up to 8 ms a bucket each, then eight to every doubling.
  static constexpr std::size_t parts = 8;
  static constexpr std::size_t doublings = 40;
  static std::size_t bucket_of(std::uint64_t ms) {
    if (ms < parts) return ms;
    const auto doubling = static_cast<std::size_t>(std::bit_width(ms)) - 4;  // of parts
    const std::size_t bucket = parts + doubling * parts + (ms >> doubling) - parts;
    return bucket < parts * doublings ? bucket : parts * doublings - 1;
  }
  static std::int64_t most_of(std::size_t bucket) {
    if (bucket < parts) return static_cast<std::int64_t>(bucket);
    const std::size_t doubling = bucket / parts - 1;
    return static_cast<std::int64_t>(((bucket % parts + parts + 1) << doubling) - 1);
  }

  std::array<std::uint64_t, parts * doublings> counts_{};
  std::uint64_t total_ = 0;
};

}  // namespace stedi::firmware
