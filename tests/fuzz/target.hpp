// What libFuzzer calls; replay_main.cpp calls it in builds without libFuzzer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stedi::fuzz {

// Each target's one function: reads `input` as its decoder would and requires its laws.
void check(std::string_view input);

}  // namespace stedi::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
