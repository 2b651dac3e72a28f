// The law on random schedules of everything that can go wrong between a device and a gateway, and proof that
// a broken promise would show. A failing schedule prints its seed; STEDI_SEED=N runs that one alone
// and tells what happens in it.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/simulation/trace.hpp"
#include "tests/simulation/world.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::simulation {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t schedules_a_part = 250;  // several times slower
#else
constexpr std::uint64_t schedules_a_part = 2'500;
#endif
constexpr std::uint64_t parts = 4;  // so that a machine's cores share them
constexpr std::uint64_t schedules_to_notice = 300;

Judgement run_schedule(std::uint64_t seed, Mutation mutation, Coverage& coverage) {
  // In memory where there is such a place: the spool's accepted log is really synced.
  static const bool in_memory =
      std::filesystem::is_directory("/dev/shm") && ::setenv("TMPDIR", "/dev/shm", 0) == 0;
  static const test::TempDir files;
  static_cast<void>(in_memory);
  const std::filesystem::path folder = files / "schedule";
  Judgement judgement;
  {
    World world(seed, folder, mutation);
    judgement = world.run();
    world.add_to(coverage);
  }
  std::filesystem::remove_all(folder);
  return judgement;
}

Judgement run_schedule(std::uint64_t seed) {
  Coverage ignored;
  return run_schedule(seed, Mutation::none, ignored);
}

class Simulation : public testing::TestWithParam<std::uint64_t> {
 protected:
  // Of a store that fails and recovers it would speak thousands of times.
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }
};

void expect_every_case(const Coverage& met) {
  EXPECT_GT(met.gateway_died_before_commit, 0U);
  EXPECT_GT(met.gateway_died_after_commit_before_ack, 0U);
  EXPECT_GT(met.device_died_before_acceptance, 0U);
  EXPECT_GT(met.device_died_after_ack_before_delete, 0U);
  EXPECT_GT(met.device_died_before_publishing, 0U);
  EXPECT_GT(met.power_cuts, 0U);
  EXPECT_GT(met.kills, 0U);
  EXPECT_GT(met.clean_stops, 0U);
  EXPECT_GT(met.disk_troubles, 0U);
  EXPECT_GT(met.clock_steps, 0U);
  EXPECT_GT(met.store_swaps, 0U);
  EXPECT_GT(met.failed_groups, 0U);
  EXPECT_GT(met.duplicates, 0U);
  // The rarest of all, once in some three hundred schedules.
  if (schedules_a_part >= 2'500) {
    EXPECT_GT(met.withheld, 0U);
  }
  EXPECT_GT(met.shed, 0U);
  EXPECT_GT(met.gaps, 0U);
  EXPECT_GT(met.network.lost, 0U);
  EXPECT_GT(met.network.repeated, 0U);
  EXPECT_GT(met.network.overtaken, 0U);
  EXPECT_GT(met.network.cuts, 0U);
  EXPECT_GT(met.network.restarts, 0U);
}

void print(const Coverage& met) {
  std::printf(
      "met: %zu batches landed, %zu gaps; deaths: gateway %zu before commit, %zu after commit before ack; "
      "device %zu before acceptance, %zu before publishing, %zu after ack before delete; %zu power cuts, %zu "
      "kills, %zu clean stops, %zu disk troubles (%zu failed groups), %zu clock steps, %zu store swaps; %zu "
      "duplicates, %zu "
      "withheld, %zu shed; network: %zu lost, %zu repeated, %zu overtaken, %zu cuts, %zu broker restarts\n",
      met.batches, met.gaps, met.gateway_died_before_commit, met.gateway_died_after_commit_before_ack,
      met.device_died_before_acceptance, met.device_died_before_publishing,
      met.device_died_after_ack_before_delete, met.power_cuts, met.kills, met.clean_stops, met.disk_troubles,
      met.failed_groups, met.clock_steps, met.store_swaps, met.duplicates, met.withheld, met.shed,
      met.network.lost, met.network.repeated, met.network.overtaken, met.network.cuts, met.network.restarts);
}

TEST_P(Simulation, WhateverDiesWheneverEveryAcceptedReadingLandsOnceOrItsLossIsRecorded) {
  if (const char* seed = std::getenv("STEDI_SEED")) {
    tracing = true;
    EXPECT_EQ(run_schedule(std::strtoull(seed, nullptr, 10)).first, "") << "seed " << seed;
    return;
  }
  Coverage met;
  const std::uint64_t first = GetParam() * schedules_a_part + 1;
  for (std::uint64_t seed = first; seed < first + schedules_a_part; ++seed)
    ASSERT_EQ(run_schedule(seed, Mutation::none, met).first, "") << "reproduce with STEDI_SEED=" << seed;
  expect_every_case(met);
  print(met);
}
INSTANTIATE_TEST_SUITE_P(Part, Simulation, testing::Range<std::uint64_t>(0, parts));

// ---- The test's test: what breaks a promise is found.

Judgement first_breach(Mutation mutation) {
  spdlog::set_level(spdlog::level::off);
  Coverage ignored;
  for (std::uint64_t seed = 1; seed <= schedules_to_notice; ++seed) {
    const Judgement judgement = run_schedule(seed, mutation, ignored);
    if (!judgement.holds()) return judgement;
  }
  return {};
}

TEST(SimulationNotices, AnAckBeforeTheCommit) {
  EXPECT_GT(first_breach(Mutation::ack_before_commit).lost, 0U);
}

TEST(SimulationNotices, ADeleteBeforeTheAck) {
  EXPECT_GT(first_breach(Mutation::delete_before_ack).lost, 0U);
}

TEST(SimulationNotices, AForgottenWatermark) {
  EXPECT_GT(first_breach(Mutation::forget_watermarks).doubled, 0U);
}

TEST(SimulationNotices, AnAckOfWhatWentIntoAStoreThatWasSwapped) {
  EXPECT_GT(first_breach(Mutation::swap_unseen).lost, 0U);
}

TEST(SimulationNotices, ABatchThatIsNotTheOneAccepted) {
  EXPECT_GT(first_breach(Mutation::batch_altered).invented, 0U);
}

// The limits of the promise: it is only as good as the syncs below it.
TEST(SimulationNotices, AGatewayDiskThatLiesAboutSyncs) {
  EXPECT_FALSE(first_breach(Mutation::gateway_disk_lies).holds());
}

TEST(SimulationNotices, ADeviceDiskThatLiesAboutSyncs) {
  EXPECT_FALSE(first_breach(Mutation::device_disk_lies).holds());
}

TEST(SimulationSeed, TheSameSeedIsTheSameSchedule) {
  Coverage once;
  Coverage again;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    run_schedule(seed, Mutation::none, once);
    run_schedule(seed, Mutation::none, again);
  }
  EXPECT_EQ(std::memcmp(&once, &again, sizeof once), 0);
}

}  // namespace
}  // namespace stedi::simulation
