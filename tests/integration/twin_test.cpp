// The synthetic twin arrives at its own truth, which it wrote without running our jobs.
#include <gtest/gtest.h>

#include "tests/integration/rig.hpp"

namespace stedi::test {
namespace {

constexpr const char* scenario = STEDI_SOURCE_DIR "/config/scenarios/twin.toml";

TEST(Twin, ArrivesAtItsOwnTruth) {
  Rig rig;
  rig.start_gateway();
  const std::string expected = rig.file("expect.toml").string();
  Process device = rig.start_device({"simulate", scenario, "--expect-out", expected});
  ASSERT_EQ(device.exit_status(play_deadline), 0);

  const Output jobs = rig.run_jobs();
  ASSERT_EQ(jobs.exit_status, 0) << jobs.standard_error;
  for (const char* profile : {"strict", "reference"}) {
    const Output validate = rig.lakehouse({"validate", "--profile", profile, "--expect", expected});
    EXPECT_EQ(validate.exit_status, 0) << validate.standard_output << validate.standard_error;
  }
}

}  // namespace
}  // namespace stedi::test
