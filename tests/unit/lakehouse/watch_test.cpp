// `watch`: what lands is in the tables soon after, a withdrawal is out of every profile, SIGTERM ends it
// cleanly.
#include "lakehouse/runner/watch.hpp"

#include <atomic>
#include <thread>

#include "lakehouse/store/zones.hpp"
#include "tests/support/process.hpp"
#include "tests/support/wait_until.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class WatchTest : public StoreFixture {
 protected:
  WatchTest() {
    land_person("ann@example.com", "S1");
    land(MovementRow{.at = noon + 1});
    land(StepRow{.at = noon + 1});
  }
  ~WatchTest() override { stop(); }

  void start(WatchOptions options = {.profile = Profile::strict, .delay_ms = 5}) {
    watcher_ = std::thread([this, options] {
      const SystemClock clock;
      outcome_ = watch(
          store_, options, clock, [this] { return stopped_.load(); },
          {.ran = [this](const RunReport&) { ++changes_; }, .held_up = [this](const Error&) { ++held_up_; }});
      ended_ = true;
    });
  }
  void stop() {
    stopped_ = true;
    if (watcher_.joinable()) watcher_.join();
  }
  bool comes_to(const std::string& table, std::int64_t wanted, Profile profile = Profile::strict) {
    return test::wait_until([&] { return ended_ || (changes_ > 0 && count(table, profile) == wanted); }) &&
           !ended_;
  }

  std::thread watcher_;
  std::atomic<bool> stopped_ = false;
  std::atomic<bool> ended_ = false;
  std::atomic<int> changes_ = 0;
  std::atomic<int> held_up_ = 0;
  Result<void> outcome_;
};

TEST_F(WatchTest, TakesInWhatIsThereAndWhatLands) {
  start();
  EXPECT_TRUE(comes_to("machine_learning_curated", 1));
  land(MovementRow{.at = noon + 2});
  land(StepRow{.at = noon + 2});
  EXPECT_TRUE(comes_to("machine_learning_curated", 2));
  stop();
  EXPECT_TRUE(outcome_);
}

TEST_F(WatchTest, WithdrawalLeavesEveryProfile) {
  run(Profile::reference);
  start();
  EXPECT_TRUE(comes_to("customer_trusted", 1));
  land(EventRow{.action = "withdraw", .at = noon + 9});
  EXPECT_TRUE(comes_to("customer_trusted", 0));
  EXPECT_TRUE(comes_to("customer_trusted", 0, Profile::reference));
}

TEST_F(WatchTest, KeepsReferenceUpToDateWhenAsked) {
  start({.profile = Profile::reference, .delay_ms = 5});
  EXPECT_TRUE(comes_to("accelerometer_trusted", 1, Profile::reference));
  land(MovementRow{.at = noon + 2});
  EXPECT_TRUE(comes_to("accelerometer_trusted", 2, Profile::reference));
}

TEST_F(WatchTest, ReadingsLeaveWithAge) {
  run(Profile::strict);
  ASSERT_EQ(count("accelerometer_trusted", Profile::strict), 1);
  start({.profile = Profile::strict, .delay_ms = 5, .retention = {.landing_days = 1}});
  EXPECT_TRUE(comes_to("accelerometer_trusted", 0)) << "received years ago";
  EXPECT_TRUE(comes_to("machine_learning_curated", 0));
}

TEST_F(WatchTest, GoesOnAfterTheZonesFileIsTakenAway) {
  start();
  EXPECT_TRUE(comes_to("machine_learning_curated", 1));
  std::filesystem::remove(store_.dir / "zones-strict.db");
  std::filesystem::remove(store_.dir / "zones-strict.db-wal");
  std::filesystem::remove(store_.dir / "zones-strict.db-shm");
  land(MovementRow{.at = noon + 2});
  const auto made_anew = [&] {
    const auto zones = store_.dir / "zones-strict.db";
    return ended_ || (std::filesystem::exists(zones) && changes_ > 1 && count("accelerometer_trusted") == 2);
  };
  EXPECT_TRUE(test::wait_until(made_anew));
}

TEST_F(WatchTest, OutlivesTroubleThatPasses) {
  start();
  EXPECT_TRUE(comes_to("machine_learning_curated", 1));
  const auto zones = store_.dir / "zones-strict.db";
  std::filesystem::rename(zones, store_.dir / "aside");
  std::filesystem::create_directory(zones);
  land(MovementRow{.at = noon + 2});
  EXPECT_TRUE(test::wait_until([&] { return ended_ || held_up_ > 0; }));
  EXPECT_FALSE(ended_);
  std::filesystem::remove(zones);
  std::filesystem::rename(store_.dir / "aside", zones);
  EXPECT_TRUE(comes_to("accelerometer_trusted", 2));
}

TEST_F(WatchTest, TroubleBeforeTheFirstRunEndsIt) {
  std::filesystem::create_directory(store_.dir / "zones-strict.db");
  start();
  EXPECT_TRUE(test::wait_until([&] { return ended_.load(); }));
  watcher_.join();
  EXPECT_FALSE(outcome_);
  EXPECT_EQ(held_up_, 0);
}

TEST_F(WatchTest, MissingStoreFails) {
  const SystemClock clock;
  const StoreFolder nowhere{folder_ / "nowhere", folder_ / "keys"};
  EXPECT_FALSE(watch(nowhere, {}, clock, [] { return false; }, {}));
  EXPECT_FALSE(std::filesystem::exists(nowhere.dir));
}

TEST_F(WatchTest, ProgramIsQuietInAPipeAndEndsWithZeroAtSigterm) {
  test::Process program({STEDI_PROGRAM_DIR "/stedi-lakehouse", "--store", store_.dir.string(), "--keys",
                         store_.keys_dir.string(), "watch"});
  changes_ = 1;
  const auto made = [&] {
    const auto zones = store_.dir / "zones-strict.db";
    return !program.running() ||
           (std::filesystem::exists(zones) && has_been_run(store_, Profile::strict).value_or(false) &&
            count("machine_learning_curated") == 1);
  };
  EXPECT_TRUE(test::wait_until(made));
  program.send_signal(SIGTERM);
  EXPECT_EQ(program.exit_status(), 0);
  EXPECT_EQ(program.standard_output() + program.standard_error(), "");
}

}  // namespace
}  // namespace stedi::lakehouse
