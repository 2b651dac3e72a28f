#include <array>

#include "core/record/identity.hpp"
#include "tests/fuzz/record_laws.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

void check(std::string_view input) {
  static constexpr std::array<std::string_view, 3> names = {"serialNumber", "email", "timestamp"};
  const auto event = require_record_laws<PairingEvent>(input, {names, "email", false});
  if (!event) return;
  require(!trimmed(event->serial_number).empty(), "a pairing has a serial");
  require(!event->email || !trimmed(*event->email).empty(), "a pairing is with a person or with nobody");
}

}  // namespace stedi::fuzz
