#include "lakehouse/runner/run.hpp"

#include <sys/stat.h>
#include <algorithm>
#include <fstream>
#include <thread>

#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/catalog.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/store/key_file.hpp"
#include "lakehouse/store/pseudonym_key.hpp"
#include "lakehouse/store/run_lock.hpp"
#include "lakehouse/store/store_files.hpp"
#include "lakehouse/store/zones.hpp"
#include "lakehouse/tables/sql_files.hpp"
#include "tests/support/another_account.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class Run : public StoreFixture {
 protected:
  Run() {
    land_person("ann@example.com", "S1");
    land(CustomerRow{.email = "bob@example.com", .serial = "SECRET-SERIAL", .name = "Bob the Refuser"});
    land(MovementRow{.at = noon + 1});
    land(StepRow{.at = noon + 1});
  }
  Result<RunReport> run_again(Extent extent = Extent::when_needed) {
    return run_profile(store_, Profile::strict, extent, clock_);
  }
  std::filesystem::path zones_path() { return zones_file(store_.dir, Profile::strict); }
  std::string everything() {
    std::string text;
    for (const std::string_view table : zone_tables) {
      text += joined(rows("SELECT * FROM main." + std::string(table))) + "\n" +
              joined(rows("SELECT * FROM main." + std::string(table) + "_rows")) + "\n";
    }
    return text;
  }
};

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST_F(Run, AgainWithNothingNewIsUpToDate) {
  run();
  const auto again = run_again();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->up_to_date);
}

TEST_F(Run, AnewChangesNoRow) {
  run();
  const std::string before = everything();
  const auto again = run_again(Extent::full);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->up_to_date);
  EXPECT_EQ(everything(), before);
}

TEST_F(Run, AFirstRunThatIsCutShortLeavesNoFile) {
  for (const std::string_view point : {"subject_state", "machine_learning_curated", "commit"}) {
    const auto crash = [&](std::string_view done) -> Result<void> {
      return done == point ? fail("crash") : Result<void>();
    };
    EXPECT_FALSE(Curator(store_, Profile::strict, clock_, {.after = crash}).run(Extent::when_needed))
        << point;
    for (const auto& entry : std::filesystem::directory_iterator(store_.dir))
      EXPECT_FALSE(entry.path().filename().string().starts_with("zones-strict.db")) << entry.path();
  }
  run();
  EXPECT_EQ(count("machine_learning_curated"), 1);
}

TEST_F(Run, AFullRunOverOnePersonAfterAnotherGivesTheSameRows) {
  land_person("eve@example.com", "S2");
  for (const char* email : {"eve@example.com", "ann@example.com"})
    land(MovementRow{.user = email, .at = noon + 3});
  for (const char* serial : {"S2", "S1"}) land(StepRow{.serial = serial, .at = noon + 3});
  run();
  const std::string at_once = everything();
  EXPECT_EQ(count("machine_learning_curated"), 3);
  const RunSeams one_by_one{.after = {}, .people_at_a_time = 1};
  const auto report = Curator(store_, Profile::strict, clock_, one_by_one).run(Extent::full);
  ASSERT_TRUE(report);
  EXPECT_EQ(everything(), at_once);
  const auto movements = std::ranges::find(report->tables, "accelerometer_trusted", &TableRun::table);
  EXPECT_EQ(movements->rows, 3) << "counted over the slices";
}

TEST_F(Run, OneCuratorGoesOnAfterItsFirstRun) {
  Curator curator(store_, Profile::strict, clock_);
  ASSERT_TRUE(curator.run(Extent::when_needed));
  land(MovementRow{.at = noon + 2});
  const auto second = curator.run(Extent::when_needed);
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->incremental);
  EXPECT_EQ(count("accelerometer_trusted"), 2);
}

TEST_F(Run, NewReadingsAreTakenIn) {
  run();
  land(MovementRow{.at = noon + 2});
  run();
  EXPECT_EQ(count("accelerometer_trusted"), 2);
}

TEST_F(Run, WithdrawalEmptiesEveryTableOfThePerson) {
  run();
  land(EventRow{.action = "withdraw", .at = noon + 9});
  run();
  for (const std::string_view table : zone_tables) EXPECT_EQ(count(std::string(table)), 0) << table;
  EXPECT_EQ(count("pseudonym"), 0);
  EXPECT_EQ(count("serial_trusted"), 0);
}

TEST_F(Run, ZonesHoldNoTextOfPeopleWhoDidNotAgree) {
  run();
  const std::string zones = bytes_of(zones_path()) + bytes_of(zones_path().string() + "-wal");
  for (const std::string_view text : {"bob@example.com", "SECRET-SERIAL", "Bob the Refuser"}) {
    EXPECT_EQ(zones.find(text), std::string::npos) << text;
  }
  EXPECT_NE(zones.find("ann@example.com"), std::string::npos);
}

TEST_F(Run, WithdrawnPersonsTextIsGoneFromTheFile) {
  run();
  land(EventRow{.action = "withdraw", .at = noon + 9});
  run();
  const std::string zones = bytes_of(zones_path()) + bytes_of(zones_path().string() + "-wal");
  EXPECT_EQ(zones.find("ann@example.com"), std::string::npos);
}

TEST_F(Run, RecordsJobHashRowsAndCursorInTheCatalog) {
  run();
  EXPECT_EQ(joined(rows("SELECT table_name, row_count, length(job_hash), run_id FROM catalog_table "
                        "WHERE table_name = 'accelerometer_trusted'")),
            "accelerometer_trusted|1|64|1");
  EXPECT_EQ(joined(rows("SELECT landing_table, ingest_id FROM cursor ORDER BY landing_table")),
            "accelerometer|1; consent|0; customer|2; pairing|0; step_trainer|1");
  EXPECT_EQ(count("catalog_run"), count("catalog_table"));
}

TEST_F(Run, LatestRunsStayInTheCatalog) {
  auto zones = sqlite::Database::in_memory();
  ASSERT_TRUE(zones->execute(sql_text("catalog.sql")));
  Job job;
  job.name = "customer_trusted";
  const auto runs_kept = [&] {
    return *zones->text("SELECT MIN(run_id) || ' to ' || MAX(run_id) || ', ' || COUNT(*) FROM catalog_run");
  };
  for (int i = 0; i < max_catalog_runs; ++i) ASSERT_TRUE(write_catalog(*zones, {job}, {TableRun()}));
  EXPECT_EQ(runs_kept(), "1 to 1000, 1000");
  ASSERT_TRUE(write_catalog(*zones, {job}, {TableRun()}));
  EXPECT_EQ(runs_kept(), "2 to 1001, 1000");
}

TEST_F(Run, ChangedJobTextIsRunAgain) {
  run();
  corrupt("UPDATE catalog_table SET job_hash = 'of an older text' WHERE table_name = 'customer_trusted'");
  const auto again = run_again();
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->up_to_date);
}

TEST_F(Run, MissingStoreFailsAndIsNotCreated) {
  const StoreFolder nowhere{folder_ / "nowhere", folder_ / "keys"};
  const auto report = run_profile(nowhere, Profile::strict, Extent::full, clock_);
  ASSERT_FALSE(report);
  EXPECT_EQ(exit_status(report.error().fault), 1);
  EXPECT_FALSE(std::filesystem::exists(nowhere.dir));
}

TEST_F(Run, NewerZonesAreRefused) {
  run();
  corrupt("PRAGMA user_version = 999");
  const auto again = run_again();
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().message.find("newer version"), std::string::npos);
}

TEST_F(Run, OlderZonesAreMadeAnewAndKeepTheirKey) {
  run();
  const std::string before = everything();
  corrupt("PRAGMA user_version = 0; DROP VIEW machine_learning_curated; CREATE TABLE left_over (a)");
  ASSERT_TRUE(run_again());
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(joined(rows("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'left_over'")), "0");
}

TEST_F(Run, FileOfAnotherApplicationIsLeftAlone) {
  {
    auto other = sqlite::Database::open(zones_path(), sqlite::Access::create);
    ASSERT_TRUE(other && other->execute("CREATE TABLE theirs (a)"));
  }
  const auto report = run_again();
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("not a zones file"), std::string::npos);
}

TEST_F(Run, RunLockIsHeldByOneAtATime) {
  const auto file = store_.dir / "zones-strict.lock";
  auto held = lock_for_run(file);
  ASSERT_TRUE(held);
  const auto second = lock_for_run(file, std::chrono::milliseconds(50));
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("another run"), std::string::npos);
}

TEST_F(Run, DoesNotHoldUpIngest) {
  // A writer of landing.db is in the middle of its transaction: the run reads the snapshot before it.
  ASSERT_TRUE(landing_->execute("BEGIN IMMEDIATE"));
  land(MovementRow{.at = noon + 7});
  const auto report = run_again();
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_TRUE(landing_->execute("COMMIT"));
  EXPECT_EQ(count("accelerometer_trusted"), 1);
}

TEST_F(Run, ConsentThatLandedIsAppliedBeforeAnythingIsShown) {
  run();
  land(EventRow{.action = "withdraw", .at = noon + 9});
  ASSERT_TRUE(bring_consent_up_to_date(store_, Profile::strict, clock_));
  EXPECT_EQ(count("customer_trusted"), 0);
}

TEST_F(Run, ReadingsAloneDoNotBringTablesUpToDateForShowing) {
  run();
  land(MovementRow{.at = noon + 2});
  ASSERT_TRUE(bring_consent_up_to_date(store_, Profile::strict, clock_));
  EXPECT_EQ(count("accelerometer_trusted"), 1);
}

// ---- Keys

TEST_F(Run, KeyIsMadeOnFirstUseForItsOwnerAlone) {
  run();
  struct stat dir {};
  struct stat file {};
  ASSERT_EQ(stat(store_.keys_dir.c_str(), &dir), 0);
  ASSERT_EQ(stat((store_.keys_dir / "pseudonym.key").c_str(), &file), 0);
  EXPECT_EQ(dir.st_mode & 0777U, 0700U);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  EXPECT_EQ(file.st_size, 32);
}

TEST_F(Run, KeyOfAnotherAccountNamesItselfAndTheRemedy) {
  run();
  const auto file = store_.keys_dir / "pseudonym.key";
  std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
  for (const auto& locked : {file, store_.keys_dir}) {
    std::filesystem::permissions(store_.keys_dir, std::filesystem::perms(0755));
    std::filesystem::permissions(locked, std::filesystem::perms(0));
    const test::AnotherAccount we;
    const auto key = load_key(store_, pseudonym_key_kind, "");
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().fault, Fault::usage);
    EXPECT_NE(key.error().message.find(locked.string()), std::string::npos) << key.error().message;
    const std::string remedy =
        we.is_another() ? "`chown -R nobody " + store_.keys_dir.string() + "`" : "let this account";
    EXPECT_NE(key.error().message.find(remedy), std::string::npos) << key.error().message;
  }
  std::filesystem::permissions(store_.keys_dir, std::filesystem::perms(0700));
}

TEST_F(Run, PseudonymIsTheKeyedHashOfTheEmailIdentity) {
  run();
  const auto key = PseudonymKey::load(store_, "");
  ASSERT_TRUE(key);
  EXPECT_EQ(joined(rows("SELECT DISTINCT subject FROM machine_learning_curated")),
            key->pseudonym("ann@example.com"));
}

TEST_F(Run, AnotherKeyIsAUsageErrorWithARemedy) {
  run();
  store_.keys_dir = folder_ / "other-keys";
  ASSERT_TRUE(PseudonymKey::load(store_, ""));
  const auto again = run_again(Extent::full);
  ASSERT_FALSE(again);
  EXPECT_EQ(exit_status(again.error().fault), 2);
  EXPECT_NE(again.error().message.find("--keys"), std::string::npos);
}

TEST_F(Run, LostKeyIsNeverReplacedSilently) {
  run();
  std::filesystem::remove_all(store_.keys_dir);
  const auto again = run_again(Extent::full);
  ASSERT_FALSE(again);
  EXPECT_EQ(exit_status(again.error().fault), 2);
  EXPECT_FALSE(std::filesystem::exists(store_.keys_dir));
}

TEST_F(Run, LostKeyIsNotReplacedWhenOlderZonesAreMadeAnew) {
  run();
  corrupt("PRAGMA user_version = 0");
  std::filesystem::remove_all(store_.keys_dir);
  ASSERT_FALSE(run_again());
  EXPECT_FALSE(std::filesystem::exists(store_.keys_dir));
}

TEST_F(Run, KeysInsideTheStoreAreRefused) {
  store_.keys_dir = store_.dir / "below" / ".." / "keys";
  const auto report = run_again();
  ASSERT_FALSE(report);
  EXPECT_EQ(exit_status(report.error().fault), 2);
}

TEST_F(Run, ReferenceNeedsNoPseudonymKey) {
  run(Profile::reference);
  EXPECT_FALSE(std::filesystem::exists(store_.keys_dir / "pseudonym.key"));
}

TEST_F(Run, LostKeyIsNotReplacedWhenTheZonesAreLostWithIt) {
  run();
  for (const std::string suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(zones_path().string() + suffix);
  std::filesystem::remove_all(store_.keys_dir);
  const auto again = run_again();
  ASSERT_FALSE(again);
  EXPECT_EQ(exit_status(again.error().fault), 2);
  EXPECT_FALSE(std::filesystem::exists(store_.keys_dir));
}

}  // namespace
}  // namespace stedi::lakehouse
