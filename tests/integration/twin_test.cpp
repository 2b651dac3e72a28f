// The synthetic twin arrives at its own truth, which it wrote without running our jobs, and at what the
// policy says.
#include <gtest/gtest.h>

#include "tests/integration/rig.hpp"
#include "tests/oracle/read.hpp"

namespace stedi::test {
namespace {

constexpr const char* scenario = STEDI_SOURCE_DIR "/config/scenarios/twin.toml";

TEST(Twin, ArrivesAtItsOwnTruthAndAtThePolicys) {
  Rig rig;
  rig.start_gateway();
  const std::string expected = rig.file("expect.toml").string();
  Process device = rig.start_device({"simulate", scenario, "--expect-out", expected});
  ASSERT_EQ(device.exit_status(play_deadline), 0);

  const Output jobs = rig.run_jobs();
  ASSERT_EQ(jobs.exit_status, 0) << jobs.standard_error;

  const std::string files = rig.file("data").string();
  const Output written = run({program("stedi-device"), "simulate", scenario, "--dry-run", files});
  ASSERT_EQ(written.exit_status, 0) << written.standard_error;
  const oracle::Landed landed = oracle::read_data_set(files, now_ms());
  for (const char* profile : {"strict", "reference"}) rig.expect_as_by_the_rules(profile, landed, expected);
}

}  // namespace
}  // namespace stedi::test
