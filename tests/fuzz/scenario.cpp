// The scenario file of stedi-device simulate.
#include "firmware_sim/twin/scenario.hpp"
#include "tests/fuzz/config_error.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

void check(std::string_view input) {
  const auto read = [](std::string_view text) {
    const auto outcome = firmware::parse_twin_scenario(text, "twin.toml");
    return outcome ? std::string() : outcome.error().message;
  };
  require_error_laws(input, read);
  const auto scenario = firmware::parse_twin_scenario(input, "twin.toml");
  if (!scenario) return;
  require(scenario->people.count >= 0 && scenario->people.consenting <= scenario->people.count,
          "not more people consent than there are");
  require(scenario->readings.interval_least_ms <= scenario->readings.interval_most_ms, "an interval is one");
}

}  // namespace stedi::fuzz
