// Names for people who do not exist.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "firmware_sim/random/counter_random.hpp"

namespace stedi::firmware {

struct InventedName {
  std::string_view colour;
  std::string_view bird;
};

// One of 256; takes two random numbers.
inline InventedName invented_name(CounterRandom& random) {
  static constexpr std::array<std::string_view, 16> colours = {
      "Amber", "Azure", "Beige",  "Black", "Bronze", "Brown", "Copper", "Coral",
      "Green", "Grey",  "Indigo", "Ivory", "Olive",  "Pink",  "Sepia",  "White"};
  static constexpr std::array<std::string_view, 16> birds = {
      "Avocet", "Bittern", "Bunting", "Crake",  "Dunlin", "Egret", "Finch",  "Grebe",
      "Heron",  "Knot",    "Lapwing", "Merlin", "Plover", "Rail",  "Siskin", "Wren"};
  const auto colour = static_cast<std::size_t>(random.between(0, colours.size() - 1));
  const auto bird = static_cast<std::size_t>(random.between(0, birds.size() - 1));
  return {colours[colour], birds[bird]};
}

}  // namespace stedi::firmware
