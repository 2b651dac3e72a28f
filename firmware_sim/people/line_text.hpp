// Numbers as text, appended to a line without an allocation once the line has grown.
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>

namespace stedi::firmware {

inline void append_integer(std::string& line, std::int64_t value) {
  std::array<char, 24> digits;  // written before it is read
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  line.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

// A number of thousandths with its three decimals: -981 is -0.981.
inline void append_thousandths(std::string& line, std::int64_t thousandths) {
  if (thousandths < 0) line += '-';
  const std::uint64_t magnitude =
      thousandths < 0 ? 0 - static_cast<std::uint64_t>(thousandths) : static_cast<std::uint64_t>(thousandths);
  append_integer(line, static_cast<std::int64_t>(magnitude / 1'000));
  const auto part = static_cast<unsigned>(magnitude % 1'000);
  const std::array<char, 4> decimals = {'.', static_cast<char>('0' + part / 100),
                                        static_cast<char>('0' + part / 10 % 10),
                                        static_cast<char>('0' + part % 10)};
  line.append(decimals.data(), decimals.size());
}

}  // namespace stedi::firmware
