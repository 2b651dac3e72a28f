// What a record says by nlohmann-json, written apart from our decoder: the other side of the differential
// tests.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace stedi::oracle {

// A top-level member's value.
struct Member {
  enum class Kind { null, boolean, number, string, nested } kind = Kind::null;
  std::string text;        // string: decoded
  long double number = 0;  // number: its value, whole ones exactly
  double real = 0;         // and the double next to it
};
using Members = std::map<std::string, Member>;  // by lower-case name

// The members of a sound object, nullopt for every text that is none (syntax, duplicate key at any depth,
// U+0000 in a string, a number beyond a double).
std::optional<Members> read_members(std::string_view text);

// Where a number beyond a double stands, which ends the reading there.
struct BeyondDouble {
  std::size_t begin;
  std::size_t end;
  std::string member;  // of the object itself, lower case; empty: deeper, or no member
};
// nullopt: the reading does not end so.
std::optional<BeyondDouble> beyond_double(std::string_view text);

}  // namespace stedi::oracle
