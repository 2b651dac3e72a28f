#include "firmware_sim/people/expected_counts.hpp"

#include <sstream>

namespace stedi::firmware {

namespace {

void write_zone(std::ostream& out, const char* name, const ZoneCounts& counts) {
  out << "\n[" << name << "]\n"
      << "customer_trusted = " << counts.customer_trusted << "\n"
      << "accelerometer_trusted = " << counts.accelerometer_trusted << "\n"
      << "customers_curated = " << counts.customers_curated << "\n"
      << "step_trainer_trusted = " << counts.step_trainer_trusted << "\n"
      << "machine_learning_curated = " << counts.machine_learning_curated << "\n";
}

}  // namespace

std::string expect_toml(const ExpectedCounts& counts, const std::string& title) {
  std::ostringstream out;
  out << "# " << title << "\n\n[landing]\n"
      << "customer = " << counts.landing.customer << "\n"
      << "accelerometer = " << counts.landing.accelerometer << "\n"
      << "step_trainer = " << counts.landing.step_trainer << "\n"
      << "quarantined = " << counts.landing.quarantined << "\n";
  write_zone(out, "strict", counts.strict);
  write_zone(out, "reference", counts.reference);
  return out.str();
}

}  // namespace stedi::firmware
