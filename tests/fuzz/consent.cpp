#include <array>

#include "core/record/identity.hpp"
#include "tests/fuzz/record_laws.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

void check(std::string_view input) {
  static constexpr std::array<std::string_view, 4> names = {"email", "purpose", "action", "timestamp"};
  const auto event = require_record_laws<ConsentEvent>(input, {names, "", true, {"action", "purpose"}});
  if (!event) return;
  require(!trimmed(event->email).empty(), "a consent is a person's");
  require(!trimmed(event->purpose).empty(), "a consent has a purpose");
}

}  // namespace stedi::fuzz
