#include "lakehouse/backup/backup.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "lakehouse/backup/check.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

namespace fs = std::filesystem;

class BackupTest : public StoreFixture {
 protected:
  BackupTest() {
    land_person("ann@example.com", "S1");
    land(MovementRow{});
  }
  fs::path out() const { return folder_ / "backup"; }
  StoreFolder other() const { return {folder_ / "other", folder_ / "other-keys"}; }
  Result<Backup> backup() { return backup_store(store_, out(), clock_); }
  Result<Restored> restore(const StoreFolder& to, ExistingStore existing = ExistingStore::refuse) {
    return restore_store(out(), to, existing, clock_);
  }
  static std::int64_t readings(const fs::path& store) {
    auto landing = landing::open_landing_for_reading(store);
    return landing ? *landing->integer("SELECT COUNT(*) FROM accelerometer") : -1;
  }
  std::vector<std::string> names_beside_the_store() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_.path())) names.push_back(entry.path().filename());
    return names;
  }
};

TEST_F(BackupTest, ARestoredStoreIsTheOneThatWasBackedUp) {
  run();
  const auto made = backup();
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_EQ(made->files.size(), 3U);
  const auto restored = restore(other());
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(restored->replaced.empty());
  EXPECT_EQ(readings(other().dir), 1);
  const auto checks = check_store(other(), CheckDepth::full);
  ASSERT_TRUE(checks);
  for (const FileCheck& one : *checks) EXPECT_EQ(one.problem, "") << one.file;
  auto landing = landing::open_landing_for_reading(other().dir);
  EXPECT_EQ(*landing->text("SELECT store_uuid FROM store"), made->store_uuid);
  EXPECT_TRUE(landing::open_landing_for_writing(other().dir, clock_));
}

TEST_F(BackupTest, IsForItsOwnersEyesAloneAndHoldsNoKey) {
  run();
  ASSERT_TRUE(backup());
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(out())) {
    names.insert(entry.path().filename());
    if (entry.path().extension() != ".db") continue;
    EXPECT_EQ(fs::status(entry).permissions() & (fs::perms::group_all | fs::perms::others_all),
              fs::perms::none);
  }
  EXPECT_EQ(names, (std::set<std::string>{"backup.json", "landing.db", "ledger.db", "zones-strict.db"}));
}

TEST_F(BackupTest, WhileTheStoreIsWrittenIsOfOneInstant) {
  std::atomic<bool> stop = false;
  std::thread writing([&] {
    auto writer = landing::open_landing_for_writing(store_.dir, clock_);
    while (!stop) {
      auto transaction = writer->begin_immediate();
      if (!transaction) continue;
      // Two rows a transaction: half of one must never be seen.
      const std::string one =
          "INSERT INTO accelerometer (subject_id, timestamp, x, y, z, implausible) VALUES (1, 5, 0, 0, 0, "
          "1);";
      if (!writer->execute(one + one) || !transaction->commit()) return;
    }
  });
  for (int i = 0; i < 5; ++i) {
    const fs::path dir = folder_ / ("backup" + std::to_string(i));
    const auto made = backup_store(store_, dir, clock_);
    EXPECT_TRUE(made) << made.error().message;
    EXPECT_EQ(readings(dir) % 2, 1) << "one, and pairs";
  }
  stop = true;
  writing.join();
}

TEST_F(BackupTest, GoesIntoNoFolderThatHoldsSomethingOrIsInTheStore) {
  fs::create_directories(out());
  std::ofstream(out() / "something") << "x";
  EXPECT_FALSE(backup());
  const auto inside = backup_store(store_, store_.dir / "backup", clock_);
  ASSERT_FALSE(inside);
  EXPECT_EQ(inside.error().fault, Fault::usage);
  EXPECT_FALSE(backup_store(other(), folder_ / "b2", clock_)) << "there is no store";
  EXPECT_FALSE(fs::exists(folder_ / "b2"));
}

TEST_F(BackupTest, OfADamagedStoreFailsAndKeepsNothing) {
  landing_.reset();
  {
    auto landing = sqlite::Database::open(landing::landing_file(store_.dir), sqlite::Access::read_write);
    ASSERT_TRUE(landing->checkpoint_truncate());
  }
  std::fstream file(landing::landing_file(store_.dir), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096 * 5);
  file << std::string(4096, 'x');
  file.close();
  const auto made = backup();
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("damaged"), std::string::npos) << made.error().message;
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(BackupTest, RestoreRefusesAStoreThatIsThereUnlessForcedAndKeepsTheOldOne) {
  ASSERT_TRUE(backup());
  land(MovementRow{});
  landing_.reset();
  const auto refused = restore(store_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("--force"), std::string::npos);
  EXPECT_EQ(readings(store_.dir), 2);
  const auto forced = restore(store_, ExistingStore::replace);
  ASSERT_TRUE(forced) << forced.error().message;
  EXPECT_EQ(readings(store_.dir), 1);
  EXPECT_EQ(readings(forced->replaced), 2);
  for (const std::string& name : names_beside_the_store())
    EXPECT_EQ(name.find(".restoring-"), std::string::npos) << name;
}

TEST_F(BackupTest, RestoreRefusesALiveStore) {
  ASSERT_TRUE(backup());
  for (const std::string lock : {"gateway.lock", "zones-strict.lock"}) {
    const int held = ::open((store_.dir / lock).c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
    EXPECT_FALSE(restore(store_, ExistingStore::replace)) << lock;
    ::close(held);
  }
  EXPECT_EQ(readings(store_.dir), 1);
}

TEST_F(BackupTest, ABackupThatIsNotWholeOrWasChangedIsNotRestored) {
  EXPECT_FALSE(restore(other()));
  ASSERT_TRUE(backup());
  std::fstream file(out() / "landing.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(5'000);
  file << 'x';
  file.close();
  const auto changed = restore(other());
  ASSERT_FALSE(changed);
  EXPECT_NE(changed.error().message.find("not what was backed up"), std::string::npos);
  fs::remove(out() / "backup.json");
  EXPECT_FALSE(restore(other()));
  for (
      const std::string text :
      {"{}", "[]", "no json", R"({"backup_version":1})",
       R"({"backup_version":1,"store_uuid":"u","taken_ms":1,"files":[{"name":"../x","bytes":1,"sha256":""}]})",
       R"({"backup_version":1,"store_uuid":"u","taken_ms":1,"files":[]})"}) {
    test::write_text(out() / "backup.json", text);
    EXPECT_FALSE(restore(other())) << text;
  }
  EXPECT_FALSE(fs::exists(other().dir));
}

TEST_F(BackupTest, ABackupOfANewerVersionIsNotRestored) {
  ASSERT_TRUE(landing_->execute("PRAGMA user_version = 999"));
  landing_.reset();
  EXPECT_FALSE(backup()) << "this program cannot tell what is in it";
}

TEST_F(BackupTest, AnEmptyFolderTakesARestoreWithoutForce) {
  ASSERT_TRUE(backup());
  fs::create_directories(other().dir);
  std::ofstream(other().dir / "gateway.lock");
  const auto restored = restore(other());
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(restored->replaced.empty());
  EXPECT_EQ(readings(other().dir), 1);
}

TEST_F(BackupTest, CheckFindsADamagedPageAndADanglingId) {
  EXPECT_EQ(check_store(store_, CheckDepth::full)->front().problem, "");
  ASSERT_TRUE(landing_->execute("UPDATE accelerometer SET subject_id = 99"));
  EXPECT_EQ(check_store(store_, CheckDepth::quick)->front().problem, "");
  EXPECT_NE(check_store(store_, CheckDepth::full)->front().problem.find("accelerometer"), std::string::npos);
  EXPECT_FALSE(check_store(other(), CheckDepth::quick)) << "there is no store";
}

}  // namespace
}  // namespace stedi::lakehouse
