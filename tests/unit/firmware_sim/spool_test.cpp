#include "firmware_sim/spool/spool.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "core/wire/envelope.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

const SpoolOwner owner{"data set one", ""};
const std::vector<std::string> two_records = {R"({"a":1})", R"({"a":2})"};

class SpoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<Spool> open(const SpoolOwner& whose = owner, std::size_t most_bytes = max_spool_bytes) {
    SpoolOptions options;
    options.most_bytes = most_bytes;
    auto spool = Spool::open(folder_.path(), whose, clock_, options);
    EXPECT_TRUE(spool) << (spool ? "" : spool.error().message);
    return spool ? std::move(*spool) : nullptr;
  }
  ManualClock clock_{1'700'000'000'000};
  stedi::test::TempDir folder_;
};

TEST_F(SpoolTest, IdentitiesAndProgressSurviveARestartButTheBootDoesNot) {
  auto spool = open();
  const std::string phone = *spool->device_id(DeviceKind::phone, "a@example.com");
  ASSERT_TRUE(spool->seal(phone, Stream::accelerometer, two_records));
  ASSERT_TRUE(spool->commit());
  const std::string first_boot = spool->boot();
  spool.reset();

  spool = open();
  EXPECT_EQ(*spool->device_id(DeviceKind::phone, "a@example.com"), phone);
  EXPECT_NE(*spool->device_id(DeviceKind::trainer, "a@example.com"), phone);
  EXPECT_EQ(spool->sealed_records(phone, Stream::accelerometer), 2U);
  EXPECT_EQ(spool->sealed_records(phone, Stream::step_trainer), 0U);
  EXPECT_NE(spool->boot(), first_boot);
}

TEST_F(SpoolTest, ASealedBatchKeepsItsNameAndBytesAcrossRestarts) {
  auto spool = open();
  const std::string phone = *spool->device_id(DeviceKind::phone, "a@example.com");
  const SealedBatch sealed = *spool->seal(phone, Stream::accelerometer, two_records);
  ASSERT_TRUE(spool->commit());
  const std::string bytes = *spool->payload(sealed.id);
  EXPECT_EQ(bytes, wire::seal_envelope({spool->boot(), 1}, two_records));
  spool.reset();

  spool = open();
  const auto pending = *spool->pending();
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].device, phone);
  EXPECT_EQ(pending[0].boot, sealed.boot);
  EXPECT_EQ(pending[0].seq, 1);
  EXPECT_EQ(pending[0].records, 2U);
  EXPECT_EQ(*spool->payload(pending[0].id), bytes);
}

TEST_F(SpoolTest, SeqIsContiguousFromOnePerStreamAndBoot) {
  auto spool = open();
  const std::string device = *spool->device_id(DeviceKind::website, "website");
  EXPECT_EQ(spool->seal(device, Stream::customer, two_records)->seq, 1);
  EXPECT_EQ(spool->seal(device, Stream::consent, two_records)->seq, 1);
  EXPECT_EQ(spool->seal(device, Stream::customer, two_records)->seq, 2);
  ASSERT_TRUE(spool->commit());
  spool.reset();
  spool = open();
  EXPECT_EQ(spool->seal(device, Stream::customer, two_records)->seq, 1);
}

// A reading is accepted where the next start finds it, and nowhere else.
TEST_F(SpoolTest, AcceptsNothingOnceItsFileIsNoLongerAtItsPath) {
  for (const std::string gone : {"spool.db", "spool.db-wal"}) {
    auto spool = open();
    const std::string phone = *spool->device_id(DeviceKind::phone, "a@example.com");
    ASSERT_TRUE(spool->seal(phone, Stream::accelerometer, two_records));
    std::filesystem::remove(folder_ / gone);
    const auto committed = spool->commit();
    ASSERT_FALSE(committed) << gone;
    EXPECT_NE(committed.error().message.find((folder_ / gone).string()), std::string::npos)
        << committed.error().message;
    EXPECT_TRUE(spool->take_changes().accepted.empty());
    EXPECT_FALSE(spool->seal(phone, Stream::accelerometer, two_records));
    EXPECT_FALSE(spool->commit()) << "with nothing to do, too: its owner must not say that all is well";
    spool.reset();
    std::filesystem::remove_all(folder_.path());
    std::filesystem::create_directory(folder_.path());
  }
}

TEST_F(SpoolTest, IsOneProcesssWithoutItsLockFileToo) {
  const auto spool = open();
  std::filesystem::remove(folder_ / "spool.lock");
  const auto second = Spool::open(folder_.path(), owner, clock_, {});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("is in use by another process"), std::string::npos);
}

TEST_F(SpoolTest, WhatWasNotCommittedWasNeverAccepted) {
  auto spool = open();
  const std::string phone = *spool->device_id(DeviceKind::phone, "a@example.com");
  ASSERT_TRUE(spool->commit());
  ASSERT_TRUE(spool->seal(phone, Stream::accelerometer, two_records));
  spool.reset();  // killed between seal and commit
  spool = open();
  EXPECT_TRUE(spool->pending()->empty());
  EXPECT_EQ(spool->sealed_records(phone, Stream::accelerometer), 0U);
}

TEST_F(SpoolTest, RemoveDeletesExactlyWhatIsNamedAndMakesRoom) {
  auto spool = open(owner, 60);
  const std::string phone = *spool->device_id(DeviceKind::phone, "a@example.com");
  const SealedBatch first = *spool->seal(phone, Stream::accelerometer, two_records);
  const SealedBatch second = *spool->seal(phone, Stream::accelerometer, two_records);
  ASSERT_TRUE(spool->commit());
  EXPECT_FALSE(spool->has_room());
  ASSERT_TRUE(spool->remove(std::vector<BatchId>{first.id}));
  ASSERT_EQ(spool->pending()->size(), 1U);
  EXPECT_EQ(spool->pending()->front().id, second.id);
  ASSERT_TRUE(spool->remove(std::vector<BatchId>{second.id}));
  EXPECT_EQ(spool->bytes(), 0U);
  EXPECT_TRUE(spool->has_room());
  EXPECT_EQ(spool->sealed_records(phone, Stream::accelerometer), 4U);
}

TEST_F(SpoolTest, ABatchSetApartIsKeptButNotPending) {
  auto spool = open();
  const std::string phone = *spool->device_id(DeviceKind::phone, "a@example.com");
  const SealedBatch batch = *spool->seal(phone, Stream::accelerometer, two_records);
  ASSERT_TRUE(spool->commit());
  ASSERT_TRUE(spool->set_apart(batch.id, "bad_envelope"));
  EXPECT_EQ(spool->bytes(), batch.bytes);
  spool.reset();
  spool = open();
  EXPECT_TRUE(spool->pending()->empty());
  EXPECT_EQ(*spool->refused_batches(), 1U);
  EXPECT_TRUE(spool->payload(batch.id));
}

TEST_F(SpoolTest, ASimulatedDeviceKeepsItsIdentityInAnotherSpool) {
  const SpoolOwner simulated{"twin", "twin:1"};
  const std::string id = *open(simulated)->device_id(DeviceKind::phone, "a@example.com");
  const stedi::test::TempDir other;
  EXPECT_EQ(*(*Spool::open(other.path(), simulated, clock_))->device_id(DeviceKind::phone, "a@example.com"),
            id);
}

TEST_F(SpoolTest, AnotherDataSetIsRefusedAsUsage) {
  open();
  const auto refused = Spool::open(folder_.path(), {"data set two", ""}, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::usage);
}

TEST_F(SpoolTest, ASecondProcessIsRefusedAsUsage) {
  const auto spool = open();
  const auto refused = Spool::open(folder_.path(), owner, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fault, Fault::usage);
}

TEST_F(SpoolTest, AnotherFileInItsPlaceIsRefusedUntouched) {
  std::ofstream(folder_ / "spool.db") << "this is no database, it only stands where one should be";
  EXPECT_FALSE(Spool::open(folder_.path(), owner, clock_));
  std::ifstream in(folder_ / "spool.db");
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line, "this is no database, it only stands where one should be");
}

TEST_F(SpoolTest, AMalformedIdentityIsSaid) {
  {
    auto spool = open();
    ASSERT_TRUE(spool->device_id(DeviceKind::phone, "a@example.com"));
    ASSERT_TRUE(spool->commit());
  }
  {
    auto database = sqlite::Database::open(folder_ / "spool.db", sqlite::Access::read_write);
    ASSERT_TRUE(database->execute("UPDATE device SET device_id = 'not an id'"));
  }
  const auto refused = Spool::open(folder_.path(), owner, clock_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("identity"), std::string::npos);
}

}  // namespace
}  // namespace stedi::firmware
