// Readings decoded together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stedi::landing {

// Readings whose owner's text (user or serial) stands once a block, so that the store is asked for it once.
template <typename Reading>
struct ReadingBlock {
  std::vector<std::string> owners;
  std::vector<std::uint32_t> owner_of;  // one a reading: index into owners
  std::vector<Reading> readings;        // without their owner's text
};

}  // namespace stedi::landing
