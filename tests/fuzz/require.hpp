// The laws of the fuzz targets. A law that does not hold ends the process, so that libFuzzer keeps the input.
#pragma once

#include <string_view>

namespace stedi::fuzz {

// Names the broken law on stderr and aborts, in every kind of build.
void require(bool holds, std::string_view law);

// An error as a person sees it: one printable line of bounded length.
void require_one_line(std::string_view message);

}  // namespace stedi::fuzz
