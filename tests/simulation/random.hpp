// The dice of a schedule: everything that happens in it comes from one seed.
#pragma once

#include <cstdint>
#include <random>

namespace stedi::simulation {

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  bool chance(unsigned percent) { return engine_() % 100 < percent; }
  // Both inclusive. (Not std::uniform_int_distribution: its results differ among libraries.)
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(most - least + 1));
  }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(engine_() % count); }

 private:
  std::mt19937_64 engine_;
};

// What stedi::random_id() gives in this program from now on.
void seed_random_ids(std::uint64_t seed);

}  // namespace stedi::simulation
