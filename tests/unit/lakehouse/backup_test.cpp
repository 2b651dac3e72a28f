#include "lakehouse/care/backup.hpp"

#include <gtest/gtest.h>
#include <sys/file.h>

#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "lakehouse/care/check.hpp"
#include "lakehouse/care/take_place.hpp"
#include "lakehouse/commands/operator_consent.hpp"
#include "lakehouse/import/import.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/store_use.hpp"
#include "lakehouse/landing/writer.hpp"
#include "lakehouse/runner/watch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/wait_until.hpp"
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
  std::atomic<std::int64_t> commits = 0;
  std::thread writing([&] {
    auto writer = landing::open_landing_for_writing(store_.dir, clock_);
    while (writer && !stop) {
      auto transaction = writer->begin_immediate();
      if (!transaction) continue;
      // Two rows a transaction: half of one must never be seen.
      const std::string one =
          "INSERT INTO accelerometer (subject_id, timestamp, x, y, z, implausible) VALUES (1, 5, 0, 0, 0, "
          "1);";
      if (!writer->execute(one + one) || !transaction->commit()) return;
      ++commits;
    }
  });
  std::int64_t before = 1;
  for (int i = 0; i < 5; ++i) {
    const std::int64_t seen = commits;
    EXPECT_TRUE(test::wait_until([&] { return commits > seen; })) << "nobody writes";
    const fs::path dir = folder_ / ("backup" + std::to_string(i));
    const auto made = backup_store(store_, dir, clock_);
    EXPECT_TRUE(made) << made.error().message;
    const std::int64_t copied = readings(dir);
    EXPECT_EQ(copied % 2, 1) << "one, and pairs";
    EXPECT_GT(copied, before);
    before = copied;
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
  landing_.reset();
  for (const std::string lock : {"gateway.lock", "zones-strict.lock", "zones-reference.lock"}) {
    const int held = ::open((store_.dir / lock).c_str(), O_RDWR | O_CREAT, 0600);
    ASSERT_EQ(::flock(held, LOCK_EX | LOCK_NB), 0);
    EXPECT_FALSE(restore(store_, ExistingStore::replace)) << lock;
    ::close(held);
  }
  EXPECT_EQ(readings(store_.dir), 1);
}

// What they report as done must not end in the store that was put aside.
TEST_F(BackupTest, RestoreRefusesWhileAnybodyWrites) {
  ASSERT_TRUE(backup());
  landing_.reset();
  const auto refused = [&] { return !restore(store_, ExistingStore::replace); };
  {
    const auto writer = landing::Writer::open(store_.dir, {}, clock_);  // of a gateway, a replay
    ASSERT_TRUE(writer);
    const auto answer = restore(store_, ExistingStore::replace);
    ASSERT_FALSE(answer);
    EXPECT_NE(answer.error().message.find("is writing to it"), std::string::npos) << answer.error().message;
  }
  const fs::path file = folder_ / "accelerometer-1.json";
  test::write_text(file, R"({"user":"ann@example.com","timestamp":1700000000001,"x":1,"y":1,"z":1})");
  bool import_refuses = false;
  ASSERT_TRUE(landing::import_files(store_.dir, {{file, Stream::accelerometer}}, clock_,
                                    [&](auto, auto) { import_refuses = refused(); }));
  EXPECT_TRUE(import_refuses);
  bool watch_refuses = false;
  const auto stopped = [&] { return watch_refuses = refused(); };
  ASSERT_TRUE(watch(store_, {}, clock_, stopped, {.ran = [](const RunReport&) {}, .held_up = {}}));
  EXPECT_TRUE(watch_refuses);
  EXPECT_EQ(readings(store_.dir), 2);
  EXPECT_FALSE(refused()) << "nobody writes any more";
  EXPECT_EQ(readings(store_.dir), 1);
}

TEST_F(BackupTest, RestoreRefusesUntilAWithdrawalHasReachedEveryTable) {
  run();
  ASSERT_TRUE(backup());
  landing_.reset();
  auto reader = sqlite::Database::open(store_.dir / "zones-strict.db", sqlite::Access::read_only);
  ASSERT_TRUE(reader && reader->execute("BEGIN") && reader->integer("SELECT COUNT(*) FROM customer_trusted"));
  Result<ConsentShown> said;
  std::thread operating([&] {
    const SystemClock clock;
    said = say_consent(store_, "ann@example.com", ConsentEvent::Action::withdraw, std::nullopt, clock,
                       std::chrono::seconds(30));
  });
  EXPECT_TRUE(test::wait_until([&] {
    auto landing = landing::open_landing_for_reading(store_.dir);
    auto zones = sqlite::Database::open(store_.dir / "zones-strict.db", sqlite::Access::read_only);
    return *landing->integer("SELECT COUNT(*) FROM consent") == 1 &&
           *zones->integer("SELECT COUNT(*) FROM customer_trusted") == 0;
  }));
  EXPECT_FALSE(restore(store_, ExistingStore::replace));
  reader.value() = *sqlite::Database::in_memory();
  operating.join();
  EXPECT_TRUE(said) << said.error().message;
  EXPECT_TRUE(restore(store_, ExistingStore::replace));
}

TEST_F(BackupTest, WhileAStoreIsReplacedNobodyWrites) {
  landing_.reset();
  {
    const auto alone = landing::StoreUse::take_alone(store_.dir);
    ASSERT_TRUE(alone);
    const auto writer = landing::open_landing_for_writing(store_.dir, clock_);
    ASSERT_FALSE(writer);
    EXPECT_NE(writer.error().message.find("being restored"), std::string::npos) << writer.error().message;
    EXPECT_TRUE(landing::open_landing_for_reading(store_.dir)) << "who only reads is in nobody's way";
  }
  EXPECT_TRUE(landing::open_landing_for_writing(store_.dir, clock_));
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
  EXPECT_NE(changed.error().message.find("differs from the manifest"), std::string::npos);
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

TEST_F(BackupTest, AFolderThatHoldsAnythingElseTakesARestoreOnlyByForceAndIsKept) {
  ASSERT_TRUE(backup());
  for (const std::string name : {"landing.db-wal", "sub/thesis.txt", "notes.lock/thesis.txt"}) {
    const StoreFolder to{folder_ / ("with-" + name.substr(0, 3)), folder_ / "other-keys"};
    fs::create_directories((to.dir / name).parent_path());
    test::write_text(to.dir / name, "years of work");
    const auto refused = restore(to);
    ASSERT_FALSE(refused) << name;
    EXPECT_NE(refused.error().message.find("--force"), std::string::npos) << refused.error().message;
    EXPECT_EQ(test::read_text(to.dir / name), "years of work");
    EXPECT_EQ(readings(to.dir), -1);
    const auto forced = restore(to, ExistingStore::replace);
    ASSERT_TRUE(forced) << forced.error().message;
    EXPECT_EQ(readings(to.dir), 1);
    EXPECT_EQ(test::read_text(forced->replaced / name), "years of work");
  }
}

TEST_F(BackupTest, AFileIsNoPlaceForAStore) {
  ASSERT_TRUE(backup());
  test::write_text(other().dir, "a file");
  EXPECT_FALSE(restore(other()));
  EXPECT_FALSE(restore(other(), ExistingStore::replace));
  EXPECT_EQ(test::read_text(other().dir), "a file");
}

// Both folders as they are, and a rename that fails where the test says.
class TakePlaceTest : public BackupTest {
 protected:
  TakePlaceTest() {
    landing_.reset();
    fs::create_directories(prepared_dir_);
    test::write_text(prepared_dir_ / "new", "");
    test::write_text(store_.dir / "old", "");
  }
  Result<fs::path> take(bool exchanges, std::set<int> failing_renames) {
    int count = 0;
    Renames renames = Renames::of_the_system();
    if (!exchanges) renames.exchange = [](const auto&, const auto&) { return EINVAL; };
    renames.rename = [&count, failing_renames, rename = renames.rename](const auto& from, const auto& to) {
      return failing_renames.contains(++count) ? EIO : rename(from, to);
    };
    PreparedFolder prepared(prepared_dir_);
    return take_place(prepared, store_.dir, aside_, renames);
  }
  const fs::path prepared_dir_ = folder_ / "prepared";
  const fs::path aside_ = folder_ / "aside";
};

TEST_F(TakePlaceTest, ByAnExchangeOrInTwoSteps) {
  const auto kept = take(true, {});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept, aside_);
  EXPECT_TRUE(fs::exists(aside_ / "old"));
  EXPECT_TRUE(fs::exists(store_.dir / "new"));
  fs::remove_all(aside_);
  fs::create_directories(prepared_dir_);
  ASSERT_TRUE(take(false, {}));
  EXPECT_TRUE(fs::exists(aside_ / "new"));
}

TEST_F(TakePlaceTest, TheOldStoreIsKeptWhenItCannotBeGivenItsNewName) {
  const auto kept = take(true, {1});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(*kept, prepared_dir_);
  EXPECT_TRUE(fs::exists(*kept / "old"));
  EXPECT_TRUE(fs::exists(store_.dir / "new"));
}

TEST_F(TakePlaceTest, WhatFailsInTwoStepsIsTakenBack) {
  for (const int failing : {1, 2}) {
    fs::create_directories(prepared_dir_);
    const auto kept = take(false, {failing});
    ASSERT_FALSE(kept);
    EXPECT_NE(kept.error().message.find("nothing was changed"), std::string::npos) << kept.error().message;
    EXPECT_TRUE(fs::exists(store_.dir / "old"));
    EXPECT_FALSE(fs::exists(prepared_dir_));
    EXPECT_FALSE(fs::exists(aside_));
  }
}

TEST_F(TakePlaceTest, WhatCannotBeTakenBackIsKeptAndNamed) {
  const auto kept = take(false, {2, 3});
  ASSERT_FALSE(kept);
  EXPECT_NE(kept.error().message.find(aside_), std::string::npos) << kept.error().message;
  EXPECT_NE(kept.error().message.find(prepared_dir_), std::string::npos);
  EXPECT_TRUE(fs::exists(aside_ / "old"));
  EXPECT_TRUE(fs::exists(prepared_dir_ / "new"));
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
