#include "tests/fuzz/same_members.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/record/identity.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/oracle/json_members.hpp"

namespace stedi::fuzz {

namespace {

using Json = nlohmann::json;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::optional<std::string> known_name(std::string_view name, const RecordFields& fields) {
  const auto known = std::find_if(fields.names.begin(), fields.names.end(),
                                  [&](std::string_view field) { return lower(field) == lower(name); });
  if (known == fields.names.end()) return std::nullopt;
  return std::string(*known);
}

// The same record has the same canonical members, however it is spelled.
Json canonical(const Json& object, const RecordFields& fields) {
  Json out = Json::object();
  for (const auto& [name, value] : object.items()) {
    const auto known = known_name(name, fields);
    if (!known) {
      out[name] = value;
    } else if (!value.is_null() || *known == fields.null_says_something) {
      out[*known] = value.is_number() ? Json(value.get<double>()) : value;
      const bool in_any_spelling =
          std::ranges::find(fields.any_spelling, *known) != fields.any_spelling.end();
      if (in_any_spelling && value.is_string())
        out[*known] = lower(trimmed(value.get_ref<const std::string&>()));
    }
  }
  return out;
}

}  // namespace

bool overflows(std::string_view text) {
  constexpr int number_overflow = 406;
  try {
    const Json parsed = Json::parse(text);
  } catch (const Json::exception& error) {
    return error.id == number_overflow;
  }
  return false;
}

void require_same_members(std::string_view text, std::string_view encoded, const RecordFields& fields) {
  if (fields.dates_may_overflow && overflows(text)) return;
  require(oracle::read_members(text).has_value(), "what we accept nlohmann accepts");
  require(canonical(Json::parse(text), fields) == canonical(Json::parse(encoded), fields),
          "a record says what its text says");
}

}  // namespace stedi::fuzz
