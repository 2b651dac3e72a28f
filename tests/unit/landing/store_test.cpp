#include "lakehouse/landing/store.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "lakehouse/landing/store_use.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

struct StoreTest : testing::Test {
  test::TempDir files;
  ManualClock clock{1'700'000'000'000};
};

TEST_F(StoreTest, IsMadeOnceWithAnIdentity) {
  std::string uuid;
  {
    auto database = open_landing_for_writing(files.path() / "new" / "store", clock);
    ASSERT_TRUE(database) << database.error().message;
    uuid = *database->text("SELECT store_uuid FROM store");
    EXPECT_EQ(uuid.size(), 32U);
    EXPECT_EQ(*database->text("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(*database->integer("PRAGMA synchronous"), 2) << "FULL";
    EXPECT_EQ(*database->integer("PRAGMA secure_delete"), 1);
    EXPECT_EQ(*database->integer("PRAGMA auto_vacuum"), 2) << "INCREMENTAL";
  }
  auto again = open_landing_for_writing(files.path() / "new" / "store", clock);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again->text("SELECT store_uuid FROM store"), uuid);
}

TEST_F(StoreTest, ReadingAMissingStoreSaysSoAndMakesNothing) {
  const auto database = open_landing_for_reading(files.path() / "none");
  ASSERT_FALSE(database);
  EXPECT_NE(database.error().message.find("there is no store"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(files.path() / "none"));
}

TEST_F(StoreTest, ANewerStoreIsRefused) {
  {
    auto database = open_landing_for_writing(files.path(), clock);
    ASSERT_TRUE(database->execute("PRAGMA user_version = " + std::to_string(landing_version + 1)));
  }
  const auto writer = open_landing_for_writing(files.path(), clock);
  ASSERT_FALSE(writer);
  EXPECT_NE(writer.error().message.find("newer version"), std::string::npos);
  EXPECT_FALSE(open_landing_for_reading(files.path()));
}

TEST_F(StoreTest, MigratingAMissingStoreMakesNone) {
  EXPECT_FALSE(migrate_landing(files.path() / "none", clock));
  EXPECT_FALSE(std::filesystem::exists(files.path() / "none"));
}

TEST_F(StoreTest, AnotherApplicationsFileIsRefusedAndLeftAlone) {
  {
    auto other = sqlite::Database::open(landing_file(files.path()), sqlite::Access::create);
    ASSERT_TRUE(other->execute("CREATE TABLE theirs (a)"));
  }
  EXPECT_FALSE(open_landing_for_writing(files.path(), clock));
  auto other = sqlite::Database::open(landing_file(files.path()), sqlite::Access::read_only);
  EXPECT_EQ(*other->integer("SELECT count(*) FROM sqlite_master"), 1);
  EXPECT_EQ(*other->text("PRAGMA journal_mode"), "delete");
}

TEST_F(StoreTest, ADamagedFileIsRefusedAndLeftAsItIs) {
  const std::string damage(8192, 'x');
  std::ofstream(landing_file(files.path())) << damage;
  EXPECT_FALSE(open_landing_for_writing(files.path(), clock));
  std::ifstream file(landing_file(files.path()));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), damage);
}

TEST_F(StoreTest, ALogWithoutItsDatabaseIsRefusedAndLeftAlone) {
  {
    auto database = open_landing_for_writing(files.path(), clock);
    ASSERT_TRUE(database->execute("UPDATE store SET epoch = epoch + 1"));
    std::filesystem::copy(landing_file(files.path()).string() + "-wal", files.path() / "kept");
  }
  std::filesystem::remove(landing_file(files.path()));
  std::filesystem::rename(files.path() / "kept", landing_file(files.path()).string() + "-wal");
  const auto size = std::filesystem::file_size(landing_file(files.path()).string() + "-wal");
  ASSERT_GT(size, 0U);
  EXPECT_FALSE(open_landing_for_writing(files.path(), clock));
  EXPECT_EQ(std::filesystem::file_size(landing_file(files.path()).string() + "-wal"), size);
}

TEST_F(StoreTest, OpeningAStoreThatIsThereWritesNothing) {
  ASSERT_TRUE(open_landing_for_writing(files.path(), clock));
  auto database = open_landing_for_writing(files.path(), clock);
  EXPECT_EQ(std::filesystem::file_size(landing_file(files.path()).string() + "-wal"), 0U);
}

// A live gateway's log may be long: whoever else comes writes none of it again.
TEST_F(StoreTest, TheLogIsRenewedByTheFirstWhoWritesAlone) {
  int renewed = 0;
  const auto renew = [&]() -> Result<void> {
    ++renewed;
    return {};
  };
  {
    auto first = StoreUse::share(files.path());
    auto second = StoreUse::share(files.path());
    auto third = StoreUse::share(files.path());
    ASSERT_TRUE(first && second && third);
    EXPECT_FALSE(first->enter_log([] { return Result<void>(fail("I/O error")); }));
    ASSERT_TRUE(second->enter_log(renew));
    EXPECT_EQ(renewed, 1) << "the first one failed to, and is no reason to rely on the log";
    ASSERT_TRUE(third->enter_log(renew));
    EXPECT_EQ(renewed, 1);
  }
  auto later = StoreUse::share(files.path());
  ASSERT_TRUE(later && later->enter_log(renew));
  EXPECT_EQ(renewed, 2);
}

std::uint64_t bytes_this_process_wrote() {
  std::ifstream text("/proc/self/io");
  for (std::string name; text >> name;) {
    std::uint64_t bytes = 0;
    if (name == "wchar:" && text >> bytes) return bytes;
  }
  return 0;
}

TEST_F(StoreTest, OpeningBesideALongLogWritesLittle) {
  constexpr std::uint64_t log_bytes = 8 << 20;
  auto gateway = open_landing_for_writing(files.path(), clock);
  ASSERT_TRUE(gateway && gateway->execute("PRAGMA wal_autocheckpoint = 0;"
                                          "CREATE TABLE bulk (text TEXT);"
                                          "INSERT INTO bulk VALUES (hex(zeroblob(4194304)))"));
  ASSERT_GE(std::filesystem::file_size(files.path() / "landing.db-wal"), log_bytes);
  const std::uint64_t before = bytes_this_process_wrote();
  ASSERT_GT(before, 0U);
  ASSERT_TRUE(open_landing_for_writing(files.path(), clock));
  EXPECT_LT(bytes_this_process_wrote() - before, log_bytes / 10);
}

TEST_F(StoreTest, IsForItsOwnersEyesAlone) {
  auto database = open_landing_for_writing(files.path(), clock);
  using std::filesystem::perms;
  for (const char* suffix : {"", "-wal"}) {
    const auto mode = std::filesystem::status(landing_file(files.path()).string() + suffix).permissions();
    EXPECT_EQ(mode & (perms::group_all | perms::others_all), perms::none) << suffix;
  }
}

TEST_F(StoreTest, ViewsHaveTheSeedsColumnsInTheSeedsOrder) {
  auto database = open_landing_for_writing(files.path(), clock);
  const auto columns = [&](const std::string& view) {
    auto statement = *database->prepare("SELECT * FROM " + view);
    std::string names;
    for (int i = 0; i < statement.column_count(); ++i) names += std::string(statement.column_name(i)) + " ";
    return names;
  };
  EXPECT_EQ(columns("customer_landing"),
            "customerName email phone birthDay serialNumber registrationDate lastUpdateDate "
            "shareWithResearchAsOfDate shareWithPublicAsOfDate shareWithFriendsAsOfDate ");
  EXPECT_EQ(columns("accelerometer_landing"), "user timestamp x y z ");
  EXPECT_EQ(columns("step_trainer_landing"), "sensorReadingTime serialNumber distanceFromObject ");
  EXPECT_EQ(columns("quarantine"), "stream reason received payload ");
}

TEST_F(StoreTest, EveryColumnOfAViewDeclaresItsType) {
  auto database = open_landing_for_writing(files.path(), clock);
  EXPECT_EQ(*database->integer("SELECT COUNT(*) FROM sqlite_schema AS object "
                               "JOIN pragma_table_info(object.name) AS field "
                               "WHERE object.type = 'view' AND field.type = ''"),
            0);
}

}  // namespace
}  // namespace stedi::landing
