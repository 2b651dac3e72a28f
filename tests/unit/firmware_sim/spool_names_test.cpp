// What a spool knows of its devices' names, which may be people's.
#include <gtest/gtest.h>

#include "core/digest/digest.hpp"
#include "firmware_sim/spool/spool.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

using stedi::test::read_text;
using stedi::test::TempDir;

const SpoolOwner owner{"digest of the data", "", "known to whoever has the data"};
const std::string person = "ann@example.com";
const std::string bare_digest = hex(sha256("1:" + person));  // of the phone, by anybody who guesses the email

class SpoolNamesTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Spool> open(const std::filesystem::path& folder, const SpoolOwner& whose = owner) {
    static const ManualClock clock(1'700'000'000'000);
    auto spool = Spool::open(folder, whose, clock);
    EXPECT_TRUE(spool) << (spool ? "" : spool.error().message);
    return spool ? std::move(*spool) : nullptr;
  }
  // The phone says one batch, and it is acknowledged.
  static void say_all(Spool& spool) {
    const std::string phone = *spool.device_id(DeviceKind::phone, person);
    const auto batch = spool.seal(phone, Stream::accelerometer, std::vector<std::string>{'"' + person + '"'});
    ASSERT_TRUE(batch);
    ASSERT_TRUE(spool.commit());
    ASSERT_TRUE(spool.remove(std::vector<BatchId>{batch->id}));
  }
  static std::string files_of(const std::filesystem::path& folder) {
    std::string bytes;
    for (const auto& file : std::filesystem::directory_iterator(folder)) bytes += read_text(file.path());
    return bytes;
  }
  static std::string asked(const std::filesystem::path& folder, const std::string& sql) {
    auto database = sqlite::Database::open(folder / "spool.db", sqlite::Access::read_only);
    return database ? database->text(sql).value_or("nothing") : "no spool";
  }
  static std::string mark_in(const std::filesystem::path& folder) {
    return asked(folder, "SELECT name_mark FROM device WHERE device_row = 1");
  }

  TempDir folder_;
};

// The bare digest of email or serial stood there: whoever guessed one could see whether it was in the spool.
TEST_F(SpoolNamesTest, WithoutTheDataSetNobodyCanTestWhetherSomebodyIsInASpoolThatIsAcknowledged) {
  say_all(*open(folder_.path()));
  const std::string bytes = files_of(folder_.path());
  const std::string secret = asked(folder_.path(), "SELECT value FROM spool WHERE name = 'name_secret'");
  ASSERT_EQ(secret.size(), 64U);
  EXPECT_EQ(bytes.find(person), std::string::npos);
  EXPECT_EQ(bytes.find(bare_digest), std::string::npos);
  EXPECT_EQ(bytes.find(owner.name_key), std::string::npos);
  EXPECT_EQ(mark_in(folder_.path()), NameMarks(secret, owner.name_key).of(bare_digest));
  for (const std::string& guess : {std::string(), owner.data_set, secret})
    EXPECT_EQ(bytes.find(NameMarks(secret, guess).of(bare_digest)), std::string::npos);
}

TEST_F(SpoolNamesTest, ANameHasAnotherMarkInAnotherSpoolOfTheSameData) {
  say_all(*open(folder_ / "one"));
  say_all(*open(folder_ / "other"));
  EXPECT_NE(mark_in(folder_ / "one"), mark_in(folder_ / "other"));
}

// As version 2 made it.
void make_spool_of_version_2(const std::filesystem::path& folder, const std::string& device_id) {
  auto database = sqlite::Database::open(folder / "spool.db", sqlite::Access::create);
  ASSERT_TRUE(database);
  const auto made = database->execute(
      "PRAGMA journal_mode=WAL;"
      "CREATE TABLE spool (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
      "CREATE TABLE device (device_row INTEGER PRIMARY KEY AUTOINCREMENT, name_digest TEXT NOT NULL UNIQUE,"
      "  device_id TEXT NOT NULL UNIQUE);"
      "CREATE TABLE progress (device_row INTEGER NOT NULL REFERENCES device, stream TEXT NOT NULL,"
      "  records INTEGER NOT NULL, PRIMARY KEY (device_row, stream)) WITHOUT ROWID;"
      "CREATE TABLE batch (batch_id INTEGER PRIMARY KEY AUTOINCREMENT,"
      "  device_row INTEGER NOT NULL REFERENCES device, boot TEXT NOT NULL, stream TEXT NOT NULL,"
      "  seq INTEGER NOT NULL, records INTEGER NOT NULL, bytes INTEGER NOT NULL, first_ms INTEGER,"
      "  last_ms INTEGER, sealed_ms INTEGER NOT NULL, payload_hash INTEGER NOT NULL, refused TEXT,"
      "  payload TEXT NOT NULL, UNIQUE (device_row, boot, stream, seq));"
      "CREATE TABLE pending_gap (device_row INTEGER NOT NULL REFERENCES device, boot TEXT NOT NULL,"
      "  stream TEXT NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,"
      "  records INTEGER NOT NULL, reason TEXT NOT NULL, first_ms INTEGER, last_ms INTEGER,"
      "  PRIMARY KEY (device_row, boot, stream, first_seq)) WITHOUT ROWID;"
      "PRAGMA application_id=1398031443; PRAGMA user_version=2;"
      "INSERT INTO spool VALUES ('data_set', 'digest of the data');"
      "INSERT INTO device VALUES (1, '" +
      bare_digest + "', '" + device_id +
      "');"
      "INSERT INTO progress VALUES (1, 'accelerometer', 3);"
      "INSERT INTO batch VALUES (1, 1, 'b', 'accelerometer', 1, 1, 100, NULL, NULL, 1, 0, 'bad_envelope', "
      "'x');"
      "INSERT INTO batch VALUES (2, 1, 'b', 'accelerometer', 2, 2, 200, NULL, NULL, 1, " +
      std::to_string(first_64_bits(sha256("payload"))) + ", NULL, 'payload');");
  ASSERT_TRUE(made) << made.error().message;
}

TEST_F(SpoolNamesTest, ASpoolOfTheOlderFormGoesOnAndItsBareDigestsAreGone) {
  const std::string id(32, 'a');
  make_spool_of_version_2(folder_.path(), id);
  ASSERT_NE(files_of(folder_.path()).find(bare_digest), std::string::npos);
  for (int start = 1; start <= 2; ++start) {
    const auto spool = open(folder_.path());
    ASSERT_TRUE(spool);
    EXPECT_EQ(files_of(folder_.path()).find(bare_digest), std::string::npos) << "at start " << start;
    EXPECT_EQ(*spool->device_id(DeviceKind::phone, person), id);
    EXPECT_EQ(spool->sealed_records(id, Stream::accelerometer), 3U);
    const auto pending = *spool->pending();
    ASSERT_EQ(pending.size(), 1U);
    EXPECT_EQ(*spool->payload(pending[0].id), "payload");
    EXPECT_EQ(*spool->refused_batches(), 1U);
    EXPECT_EQ(spool->bytes(), 300U);
  }
}

TEST_F(SpoolNamesTest, ASpoolOfTheOlderFormOfOtherDataIsRefusedAndStaysOfThatForm) {
  make_spool_of_version_2(folder_.path(), std::string(32, 'a'));
  const ManualClock clock(1'700'000'000'000);
  EXPECT_FALSE(Spool::open(folder_.path(), {"other data", "", ""}, clock));
  EXPECT_EQ(asked(folder_.path(), "SELECT name_digest FROM device"), bare_digest);
}

TEST_F(SpoolNamesTest, ASpoolWhoseSecretIsGoneIsRefused) {
  say_all(*open(folder_.path()));
  {
    auto database = sqlite::Database::open(folder_ / "spool.db", sqlite::Access::read_write);
    ASSERT_TRUE(database->execute("DELETE FROM spool WHERE name = 'name_secret'"));
  }
  const ManualClock clock(1'700'000'000'000);
  const auto refused = Spool::open(folder_.path(), owner, clock);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("secret"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace stedi::firmware
