// Counter-based random numbers: the n-th number of a stream is a pure function of (seed, names, n), so that a
// device's data depend neither on other devices nor on threads nor on the order of generation.
#pragma once

#include <cstdint>
#include <string_view>

namespace stedi::firmware {

// The mixing function of SplitMix64 (Steele, Lea, Flood 2014): a bijection that scatters every input bit.
constexpr std::uint64_t scatter_bits(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

// A stream of random numbers. Cheap to copy; a value type without hidden state.
class CounterRandom {
 public:
  explicit constexpr CounterRandom(std::uint64_t seed) : key_(scatter_bits(seed)) {}

  // An independent stream, named.
  constexpr CounterRandom stream(std::string_view name) const {
    std::uint64_t key = key_;
    for (const char c : name) key = scatter_bits(key ^ static_cast<unsigned char>(c));
    return CounterRandom(key ^ name.size());
  }
  constexpr CounterRandom stream(std::uint64_t number) const {
    return CounterRandom(scatter_bits(key_ ^ scatter_bits(number)));
  }

  constexpr std::uint64_t bits() { return scatter_bits(key_ ^ scatter_bits(++counter_)); }
  // From least to most, both included. The bias is below 2^-53 for ranges under 2048: none of ours is seen.
  constexpr std::int64_t between(std::int64_t least, std::int64_t most) {
    const auto span = static_cast<std::uint64_t>(most - least) + 1;
    return least + static_cast<std::int64_t>(bits() % span);
  }
  // In [0, 1).
  constexpr double fraction() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t key_;
  std::uint64_t counter_ = 0;
};

}  // namespace stedi::firmware
