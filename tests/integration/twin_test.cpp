// The synthetic twin arrives at its own truth, which it wrote without running our jobs.
#include <gtest/gtest.h>

#include "tests/integration/rig.hpp"
#include "tests/integration/rows.hpp"

namespace stedi::test {
namespace {

constexpr const char* scenario = STEDI_SOURCE_DIR "/config/scenarios/twin.toml";

TEST(Twin, ArrivesAtItsOwnTruthAndASecondPlayLandsNothing) {
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

  // The same seed makes the same devices and the same batches, from a spool that knows nothing of the first
  // play.
  const Rows ledger = read_rows(rig.landing(), "batch");
  Process again = rig.start_device({"simulate", scenario}, "another-spool");
  ASSERT_EQ(again.exit_status(play_deadline), 0);
  EXPECT_EQ(multiset_hash(ledger), multiset_hash(read_rows(rig.landing(), "batch")));
}

}  // namespace
}  // namespace stedi::test
