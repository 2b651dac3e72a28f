// What breaks below the gateway, on a real SQLite: nothing is acknowledged, readiness says why, and it goes
// on by itself when the fault is gone.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <thread>

#include "core/wire/ack.hpp"
#include "gateway/ingest.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/wait_until.hpp"
#include "tests/unit/gateway/failing_vfs.hpp"

namespace stedi::gateway {
namespace {

using std::chrono::milliseconds;
using test::wait_until;

std::string batch(std::int64_t seq, std::size_t records = 1) {
  const std::vector<std::string> texts(
      records, R"({"user":"a@example.com","timestamp":1655000000000,"x":1,"y":2,"z":3})");
  return wire::seal_envelope({"boot", seq}, texts);
}

// Ingest on its own thread, as the daemon runs it.
struct StoreFaults : testing::Test {
  test::FailingVfs disk;
  test::TempDir files;
  SystemClock clock;
  Metrics metrics;
  Readiness readiness;
  InboundQueue queue{{}};
  std::mutex mutex;
  std::vector<std::int64_t> acknowledged;
  std::optional<landing::Writer> writer;
  std::optional<Ingest> ingest;
  std::thread thread;
  Result<void> result;

  void SetUp() override {
    readiness.set_broker(std::nullopt);
    landing::WriterOptions options;
    options.busy_ms = 50;
    auto opened = landing::Writer::open(files.path(), std::move(options), clock);
    ASSERT_TRUE(opened) << opened.error().message;
    writer.emplace(std::move(*opened));
    GroupLimits limits;
    limits.retry_min = limits.retry_max = milliseconds(1);
    IngestPorts ports;
    ports.publish = [this](std::string_view, std::string_view payload) {
      const std::lock_guard lock(mutex);
      const wire::Ack ack = wire::decode_ack(payload).value();
      for (const auto& range : ack.acked.at(Stream::accelerometer))
        for (std::int64_t seq = range.from; seq <= range.to; ++seq) acknowledged.push_back(seq);
      return true;
    };
    ports.on_store_changed = [] {};
    ingest.emplace(limits, queue, *writer, clock, metrics, readiness, std::move(ports));
    thread = std::thread([this] { result = ingest->run(); });
  }
  void TearDown() override {
    test::FailingVfs::mend();
    stop();
  }
  void stop() {
    queue.close();
    if (thread.joinable()) thread.join();
  }
  void send(std::int64_t seq, std::size_t records = 1) {
    ASSERT_TRUE(queue.push({"d", Stream::accelerometer, batch(seq, records), clock.wall_ms()}));
  }
  std::vector<std::int64_t> acks() {
    const std::lock_guard lock(mutex);
    return acknowledged;
  }
  bool becomes_red(const std::string& why) {
    return wait_until([&] { return readiness.why_not().value_or("").find(why) != std::string::npos; });
  }
  bool becomes_ready() {
    return wait_until([&] { return readiness.ready(); });
  }
  bool acks_become(const std::vector<std::int64_t>& seqs) {
    return wait_until([&] { return acks() == seqs; });
  }
  std::int64_t rows() {
    auto database = landing::open_landing_for_reading(files.path());
    return *database->integer("SELECT count(*) FROM accelerometer");
  }
  // A device's view: no ack, so the same batch again until there is one.
  void expect_no_ack_then_recovery(const std::string& why) {
    send(2);
    ASSERT_TRUE(becomes_red(why)) << readiness.why_not().value_or("ready");
    EXPECT_FALSE(readiness.can_land());
    EXPECT_EQ(acks(), std::vector<std::int64_t>{1});
  }
  void expect_all_is_well_again() {
    ASSERT_TRUE(becomes_ready()) << "by itself, without any message";
    send(2);
    EXPECT_TRUE(acks_become({1, 2}));
    EXPECT_EQ(rows(), 2);
  }
};

struct DiskFault {
  std::string name;
  int code;
  std::string why;
};

struct DiskFaults : StoreFaults, testing::WithParamInterface<DiskFault> {};

TEST_P(DiskFaults, NothingIsAcknowledgedAndItGoesOnWhenTheFaultIsGone) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  test::FailingVfs::fail_with(GetParam().code);
  expect_no_ack_then_recovery(GetParam().why);
  test::FailingVfs::mend();
  expect_all_is_well_again();
  stop();
  EXPECT_TRUE(result);
}

TEST_P(DiskFaults, StoppingMeanwhileSaysWhatHappenedAndToWhom) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  test::FailingVfs::fail_with(GetParam().code);
  expect_no_ack_then_recovery(GetParam().why);
  stop();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message.find("landing store: " + GetParam().why + ";"), 0U)
      << result.error().message;
}

INSTANTIATE_TEST_SUITE_P(Gateway, DiskFaults,
                         testing::Values(DiskFault{"Full", SQLITE_FULL, "the disk is full"},
                                         DiskFault{"Broken", SQLITE_IOERR_WRITE, "input/output error"},
                                         DiskFault{"NotSynced", SQLITE_IOERR_FSYNC, "input/output error"},
                                         DiskFault{"ReadOnly", SQLITE_READONLY, "cannot be written"}),
                         [](const auto& test) { return test.param.name; });

TEST_F(StoreFaults, AnotherWriterIsWaitedForAndThenSaidToBeInTheWay) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  {
    auto other = landing::open_landing_for_writing(files.path(), clock);
    auto held = other->begin_immediate();
    ASSERT_TRUE(held);
    expect_no_ack_then_recovery("locked by another program");
    ASSERT_TRUE(held->commit());
  }
  EXPECT_TRUE(acks_become({1, 2})) << "the queue kept it";
  EXPECT_TRUE(becomes_ready());
  EXPECT_EQ(rows(), 2);
}

TEST_F(StoreFaults, ADamagedPageStaysRedUntilARestartEvenWhenItReadsWellAgain) {
  send(1, 1'000);
  ASSERT_TRUE(acks_become({1}));
  const auto file = landing::landing_file(files.path());
  std::string whole;
  {
    auto other = sqlite::Database::open(file, sqlite::Access::read_write);
    ASSERT_TRUE(other->checkpoint_truncate());
    std::ifstream in(file, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), {});
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4096);
    damage << std::string(whole.size() - 4096, 'x');
    damage.close();
    // So that the writer's cache no longer holds.
    ASSERT_TRUE(other->execute("PRAGMA user_version = " + std::to_string(landing::landing_version)));
  }
  send(2);
  ASSERT_TRUE(becomes_red("stedi-lakehouse check")) << readiness.why_not().value_or("ready");
  {
    std::fstream mended(file, std::ios::in | std::ios::out | std::ios::binary);
    mended << whole;
  }
  send(2);
  stop();
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("damaged"), std::string::npos);
  EXPECT_EQ(acks(), std::vector<std::int64_t>{1});
}

TEST_F(StoreFaults, DamageIsFoundOutWithoutAnyMessage) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  test::FailingVfs::fail_with(SQLITE_FULL);
  expect_no_ack_then_recovery("the disk is full");
  test::FailingVfs::fail_with(SQLITE_CORRUPT);
  EXPECT_TRUE(becomes_red("it is damaged")) << readiness.why_not().value_or("ready");
  test::FailingVfs::mend();
  stop();
  ASSERT_FALSE(result) << "it is not tried again";
  EXPECT_NE(result.error().message.find("damaged"), std::string::npos);
}

// ---- A store that is no longer where the next start looks for it

struct StoreGone : StoreFaults {
  std::filesystem::path elsewhere = files.path().string() + ".elsewhere";
  const std::string why = "landing.db is no longer at its path";
  static std::filesystem::path log_of(const std::filesystem::path& folder) {
    return landing::landing_file(folder).string() + "-wal";
  }
  ~StoreGone() override { std::filesystem::remove_all(elsewhere); }
};

TEST_F(StoreGone, DeletedIsNeverAcknowledged) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  std::filesystem::remove(landing::landing_file(files.path()));
  expect_no_ack_then_recovery(why);
  stop();
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find(why), std::string::npos) << result.error().message;
}

TEST_F(StoreGone, ItsWriteAheadLogDeletedIsNeverAcknowledged) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  std::filesystem::remove(log_of(files.path()));
  expect_no_ack_then_recovery(why);
}

// Whoever opens the store next would make another, and with it locks of their own.
TEST_F(StoreGone, TheIndexOfItsLogDeletedIsNeverAcknowledged) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  std::filesystem::remove(landing::landing_file(files.path()).string() + "-shm");
  expect_no_ack_then_recovery(why);
}

TEST_F(StoreGone, MovedGoesOnByItselfWhenItIsBack) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  std::filesystem::rename(files.path(), elsewhere);
  expect_no_ack_then_recovery(why);
  std::filesystem::rename(elsewhere, files.path());
  EXPECT_TRUE(acks_become({1, 2})) << "the queue kept it";
  EXPECT_TRUE(becomes_ready());
  EXPECT_EQ(rows(), 2);
}

TEST_F(StoreGone, AnotherStoreInItsPlaceIsNotWrittenAndNothingIsAcknowledged) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  std::filesystem::rename(files.path(), elsewhere);
  ASSERT_TRUE(landing::open_landing_for_writing(files.path(), clock));
  expect_no_ack_then_recovery(why);
  EXPECT_EQ(rows(), 0);
}

TEST_F(StoreGone, IsFoundOutWithoutAnyMessage) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  std::filesystem::rename(files.path(), elsewhere);
  EXPECT_TRUE(becomes_red(why)) << readiness.why_not().value_or("ready");
  std::filesystem::rename(elsewhere, files.path());
  EXPECT_TRUE(becomes_ready());
}

TEST_F(StoreFaults, WatermarksThatCannotBeSavedAtTheEndAreNoFailure) {
  send(1);
  ASSERT_TRUE(acks_become({1}));
  test::FailingVfs::fail_with(SQLITE_FULL);
  stop();
  EXPECT_TRUE(result) << "all that was taken in is on disk: " << result.error().message;
  test::FailingVfs::mend();
  EXPECT_EQ(rows(), 1);
}

}  // namespace
}  // namespace stedi::gateway
