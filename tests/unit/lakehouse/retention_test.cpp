// How long readings are kept.
#include "lakehouse/runner/retention.hpp"

#include "lakehouse/import/import.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/removals.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/lakehouse/random_rows.hpp"

namespace stedi::lakehouse {
namespace {

lakehouse::Retention both(std::int64_t landing_days, std::int64_t unconsented_days) {
  return {landing_days, unconsented_days};
}
lakehouse::Retention after_days(std::int64_t days) {
  return {days, std::nullopt};
}
lakehouse::Retention unconsented_after_days(std::int64_t days) {
  return {std::nullopt, days};
}

class Retention : public StoreFixture {
 protected:
  // Imports one file of these lines, received now.
  void import(const std::string& stream, const std::string& lines) {
    const auto file = folder_ / ("data-" + std::to_string(++files_)) / (stream + ".json");
    std::filesystem::create_directories(file.parent_path());
    test::write_text(file, lines);
    const auto done = landing::import_files(store_.dir, *landing::find_import_files({file}), clock_, nullptr);
    ASSERT_TRUE(done) << done.error().message;
  }
  void import_person(const std::string& email, const std::string& serial, bool agrees) {
    const std::string research = agrees ? R"(,"shareWithResearchAsOfDate":)" + std::to_string(noon) : "";
    import("customer", R"({"email":")" + email + R"(","serialNumber":")" + serial + R"(","lastUpdateDate":)" +
                           std::to_string(noon) + research + "}");
  }
  void import_readings(const std::string& email, const std::string& serial, std::int64_t at) {
    import("accelerometer", R"({"user":")" + email + R"(","timestamp":)" + std::to_string(at) +
                                R"(,"x":1,"y":2,"z":)" + std::to_string(files_) + "}");
    import("step_trainer", R"({"sensorReadingTime":)" + std::to_string(at) + R"(,"serialNumber":")" + serial +
                               R"(","distanceFromObject":)" + std::to_string(files_) + "}");
  }
  Expired expire_now(const lakehouse::Retention& retention, const RetentionSeams& seams = {}) {
    const auto expired = expire(store_, retention, clock_, seams);
    EXPECT_TRUE(expired) << expired.error().message;
    return expired.value_or(Expired{});
  }
  void run_and_validate() {
    for (const Profile profile : all_profiles) {
      const auto report = run_profile(store_, profile, Extent::when_needed, clock_);
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_EQ(joined(validated(profile).differences), "");
    }
  }
  // A store of these rows alone, of three people and two serials.
  void land_random(RandomRows random) {
    ASSERT_TRUE(landing_->execute("BEGIN"));
    for (const char* table :
         {"customer", "consent", "pairing", "accelerometer", "step_trainer", "retention_judged"})
      ASSERT_TRUE(landing_->execute(std::string("DELETE FROM ") + table));
    for (int i = 0; i < 6; ++i) {
      CustomerRow record = random.record();
      record.email = random.email();
      land(record);
      EventRow event = random.event();
      event.email = random.email();
      if (i % 2 == 0) land(event);
      if (i % 3 == 0) land(random.pairing());
    }
    for (int i = 0; i < 20; ++i) {
      land(random.movement());
      land(random.step());
    }
    balance_batch_log();
    ASSERT_TRUE(landing_->execute("COMMIT"));
  }
  // Of landing.db, a column.
  std::vector<std::string> rows_of(const std::string& sql) {
    auto rows = *landing_->prepare(sql);
    std::vector<std::string> all;
    while (*rows.step()) all.emplace_back(rows.text(0));
    return all;
  }
  std::int64_t landed(const std::string& table) {
    return *landing_->integer("SELECT COUNT(*) FROM " + table);
  }
  std::string tables() {
    std::string text;
    for (const Profile profile : all_profiles) {
      for (const std::string_view table : zone_tables) {
        auto lines = rows("SELECT * FROM main." + std::string(table), profile);
        std::ranges::sort(lines);
        text += joined(lines) + "\n";
      }
    }
    return text;
  }

 private:
  int files_ = 0;
};

TEST_F(Retention, IsOffWithoutSettings) {
  EXPECT_FALSE(load_retention(store_, std::nullopt)->is_on());
  import_readings("ann@example.com", "S1", noon);
  clock_.advance_ms(1000 * one_day);
  EXPECT_EQ(expire_now({}).of("accelerometer"), 0);
  EXPECT_EQ(landed("accelerometer"), 1);
}

TEST_F(Retention, SettingsAreOfTheStoreUnlessAFileIsNamed) {
  test::write_text(store_.dir / settings_name, "[retention]\nlanding_days = 30\n");
  EXPECT_EQ(load_retention(store_, std::nullopt)->landing_days, 30);
  test::write_text(folder_ / "other.toml", "[retention]\nunconsented_days = 7\n");
  const auto named = load_retention(store_, folder_ / "other.toml");
  EXPECT_EQ(named->landing_days, std::nullopt);
  EXPECT_EQ(named->unconsented_days, 7);
}

TEST_F(Retention, WrongSettingsAreUsageErrors) {
  for (const std::string text : {"[retention]\nlanding_days = 0\n", "[retention]\nlanding_days = \"1\"\n",
                                 "[retention]\nlanding_days = 36501\n", "[retention]\ndays = 1\n",
                                 "[other]\n", "[quarantine]\npayload_days = -1\n"}) {
    test::write_text(folder_ / "wrong.toml", text);
    const auto loaded = load_retention(store_, folder_ / "wrong.toml");
    ASSERT_FALSE(loaded) << text;
    EXPECT_EQ(loaded.error().fault, Fault::usage) << text;
  }
  EXPECT_FALSE(load_retention(store_, folder_ / "absent.toml"));
}

TEST_F(Retention, DaysReachAsFarAsTheirLimit) {
  for (const std::string key :
       {"[retention]\nlanding_days", "[retention]\nunconsented_days", "[quarantine]\npayload_days"}) {
    const auto loaded = [&](std::int64_t days) {
      test::write_text(folder_ / "days.toml", key + " = " + std::to_string(days) + "\n");
      return load_retention(store_, folder_ / "days.toml");
    };
    EXPECT_TRUE(loaded(max_retention_days) && loaded(max_retention_days)->is_on()) << key;
    EXPECT_FALSE(loaded(max_retention_days + 1)) << key;
  }
}

TEST_F(Retention, ReadingsLeaveLandingAndTablesAfterTheirDays) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  clock_.advance_ms(one_day);
  import_readings("ann@example.com", "S1", noon + 2);
  run_and_validate();
  ASSERT_EQ(count("machine_learning_curated"), 2);
  clock_.advance_ms(9 * one_day - 1);
  EXPECT_EQ(expire_now(after_days(10)).of("accelerometer"), 0);
  clock_.advance_ms(1);
  EXPECT_EQ(expire_now(after_days(10)).of("accelerometer"), 1);
  EXPECT_EQ(landed("accelerometer"), 1);
  EXPECT_EQ(landed("step_trainer"), 1);
  run_and_validate();
  EXPECT_EQ(
      joined(rows("SELECT sensorReadingTime - " + std::to_string(noon) + " FROM machine_learning_curated")),
      "2");
  EXPECT_EQ(count("accelerometer_trusted", Profile::reference), 1);
  EXPECT_EQ(excluded("accelerometer", "expired"), 1);
}

// What leaves is what the rules keep out for want of consent: nothing else may be lost, and nothing else may
// stay.
TEST_F(Retention, UnconsentedReadingsAreThoseThatTheRulesKeepOut) {
  const auto ids = [this](const std::string& table) {
    return joined(rows_of("SELECT ingest_id FROM " + table + " ORDER BY ingest_id"));
  };
  const auto kept_by_the_rules = [this](const std::string& table, const oracle::Fates& fates) {
    std::vector<std::string> kept;
    const auto all = rows_of("SELECT ingest_id FROM " + table + " ORDER BY ingest_id");
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (fates[i] == "trusted" || fates[i] == "duplicate" || fates[i] == "no_accelerometer")
        kept.push_back(all[i]);
    }
    return joined(kept);
  };
  clock_.advance_ms(2 * one_day);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    land_random(RandomRows(seed));
    const auto outcome =
        oracle::strict(StoreFixture::landed(), [](const std::string& identity) { return identity; });
    const std::string movements = kept_by_the_rules("accelerometer", outcome.movements);
    const std::string steps = kept_by_the_rules("step_trainer", outcome.steps);
    expire_now(unconsented_after_days(1));
    ASSERT_EQ(ids("accelerometer"), movements) << "seed " << seed;
    ASSERT_EQ(ids("step_trainer"), steps) << "seed " << seed;
  }
}

TEST_F(Retention, UnconsentedReadingsLeaveAndConsentedOnesStay) {
  import_person("ann@example.com", "S1", true);
  import_person("bob@example.com", "S2", false);
  for (const std::string email : {"ann@example.com", "bob@example.com", "stranger@example.com"}) {
    import_readings(email,
                    email == "ann@example.com"   ? "S1"
                    : email == "bob@example.com" ? "S2"
                                                 : "S9",
                    noon + 1);
  }
  import_readings("ann@example.com", "S1", noon - 1);
  import_readings("ann@example.com", "S1", 5);
  run_and_validate();
  clock_.advance_ms(30 * one_day);
  const Expired expired = expire_now(unconsented_after_days(30));
  EXPECT_EQ(expired.of("accelerometer"), 4) << "not granted, stranger, before consent, implausible";
  EXPECT_EQ(expired.of("step_trainer"), 4);
  EXPECT_EQ(landed("accelerometer"), 1);
  run_and_validate();
  EXPECT_EQ(count("machine_learning_curated"), 1);
  EXPECT_EQ(expire_now(unconsented_after_days(30)).of("accelerometer"), 0) << "once is enough";
}

TEST_F(Retention, ReadingsOfAPersonWhoWithdrewExpire) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  clock_.advance_ms(30 * one_day);
  EXPECT_EQ(expire_now(unconsented_after_days(30)).of("accelerometer"), 0);
  import("consent", R"({"email":"ann@example.com","purpose":"research","action":"withdraw","timestamp":)" +
                        std::to_string(clock_.wall_ms()) + "}");
  EXPECT_EQ(expire_now(unconsented_after_days(30)).of("accelerometer"), 1);
  run_and_validate();
}

TEST_F(Retention, WithdrawalOutlivesTheReadings) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  import("consent", R"({"email":"ann@example.com","purpose":"research","action":"withdraw","timestamp":)" +
                        std::to_string(noon + 5) + "}");
  clock_.advance_ms(1000 * one_day);
  expire_now(both(1, 1));
  EXPECT_EQ(landed("customer"), 1);
  EXPECT_EQ(landed("consent"), 1);
  import_person("ann@example.com", "S1", true);  // the old record, sent again
  import_readings("ann@example.com", "S1", noon + 2);
  run_and_validate();
  EXPECT_EQ(count("customer_trusted"), 0);
}

TEST_F(Retention, StrangersNameGoesWithTheLastOfTheirReadings) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  import_readings("stranger@example.com", "S9", noon + 1);
  import_readings("STRANGER@example.com", " S9", noon + 2);
  run_and_validate();
  clock_.advance_ms(one_day);
  import_readings("stranger@example.com", "S9", noon + 3);
  clock_.advance_ms(one_day);
  expire_now(unconsented_after_days(2));
  EXPECT_EQ(landed("subject"), 2) << "one reading is younger";
  EXPECT_EQ(landed("spelling"), 0);
  clock_.advance_ms(one_day);
  expire_now(unconsented_after_days(2));
  EXPECT_EQ(landed("subject"), 1);
  EXPECT_EQ(landed("trainer"), 1);
  run_and_validate();
  import_readings("stranger@example.com", "S9", noon + 4);
  run_and_validate();
  EXPECT_EQ(count("machine_learning_curated"), 1);
}

TEST_F(Retention, NameThatLandsAgainBeforeItIsForgottenStays) {
  import_readings("eve@example.com", "S8", noon + 1);
  import_readings("stranger@example.com", "S9", noon + 1);
  clock_.advance_ms(one_day);
  RetentionSeams seams;
  seams.names_searched = [&] { import_readings("stranger@example.com", "S9", noon + 2); };
  expire_now(after_days(1), seams);
  EXPECT_EQ(joined({*landing_->text("SELECT group_concat(email) FROM subject"),
                    *landing_->text("SELECT group_concat(serialNumber) FROM trainer")}),
            "stranger@example.com; S9");
  run_and_validate();
}

TEST_F(Retention, EverythingExpiresWhateverATransactionMayTouch) {
  for (const int person : {1, 2, 3, 4, 5}) {
    const std::string number = std::to_string(person);
    import_readings("stranger" + number + "@example.com", "S" + number, noon + 1);
    import_readings(" Stranger" + number + "@example.com", " S" + number, noon + 1);
  }
  clock_.advance_ms(one_day);
  RetentionSeams seams;
  seams.window_rows = 2;
  EXPECT_EQ(expire_now(unconsented_after_days(1), seams).of("accelerometer"), 10);
  EXPECT_EQ(landed("subject") + landed("trainer") + landed("spelling"), 0);
}

TEST_F(Retention, ForgettingAStrangersNameMakesNobodysTablesAnew) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  import_readings("stranger@example.com", "S9", noon + 1);
  run_and_validate();
  clock_.advance_ms(one_day);
  expire_now(unconsented_after_days(1));
  ASSERT_EQ(landed("subject"), 1);
  const auto report = run_profile(store_, Profile::strict, Extent::when_needed, clock_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->incremental);
  run_and_validate();
}

TEST_F(Retention, IsNotJudgedAgainUntilSomethingIsSaid) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  const auto judged = [&] {
    return *landing_->text("SELECT COALESCE(group_concat(stream || ' ' || up_to), '') FROM retention_judged");
  };
  clock_.advance_ms(one_day);
  expire_now(unconsented_after_days(1));
  EXPECT_EQ(judged(), "accelerometer 1,step_trainer 1");
  import_readings("stranger@example.com", "S9", noon + 1);
  expire_now(unconsented_after_days(1));
  EXPECT_EQ(judged(), "accelerometer 1,step_trainer 1") << "too young";
  clock_.advance_ms(one_day);
  EXPECT_EQ(expire_now(unconsented_after_days(1)).of("accelerometer"), 1);
  EXPECT_EQ(judged(), "accelerometer 2,step_trainer 2");
  import("pairing", R"({"serialNumber":"S1","email":null,"timestamp":)" + std::to_string(noon) + "}");
  const Expired expired = expire_now(unconsented_after_days(1));
  EXPECT_EQ(expired.of("accelerometer"), 0);
  EXPECT_EQ(expired.of("step_trainer"), 1) << "before the judged row, by what has been said since";
}

TEST_F(Retention, RefusedRecordsLoseTheirPayloadAfterTheirDays) {
  import("accelerometer", "bad one");
  clock_.advance_ms(1);
  import("accelerometer", "bad two");
  test::write_text(store_.dir / settings_name, "[quarantine]\npayload_days = 7\n");
  const auto retention = load_retention(store_, std::nullopt);
  ASSERT_TRUE(retention && retention->is_on());
  clock_.advance_ms(7 * one_day - 1);
  EXPECT_EQ(expire_now(*retention).payloads, 1);
  EXPECT_EQ(*landing_->text("SELECT group_concat(reason || ':' || payload) FROM quarantine"),
            "malformed_json:,malformed_json:bad two");
  EXPECT_EQ(expire_now(*retention).payloads, 0);
  clock_.advance_ms(1);
  EXPECT_EQ(expire_now(*retention).payloads, 1);
}

TEST_F(Retention, ZeroDaysKeepsPayloadsForEverAsInTheGatewaysFile) {
  test::write_text(store_.dir / settings_name, "[quarantine]\npayload_days = 0\n");
  const auto retention = load_retention(store_, std::nullopt);
  ASSERT_TRUE(retention);
  EXPECT_FALSE(retention->is_on());
}

TEST_F(Retention, EveryPayloadGoesHoweverFewATransactionTakes) {
  for (const std::int64_t rows_at_once : {1, 2, 3, 4}) {
    for (int i = 0; i < 3; ++i) import("accelerometer", "bad " + std::to_string(3 * rows_at_once + i));
    clock_.advance_ms(one_day);
    RetentionSeams seams;
    seams.window_rows = rows_at_once;
    lakehouse::Retention retention;
    retention.payload_days = 1;
    EXPECT_EQ(expire_now(retention, seams).payloads, 3) << rows_at_once;
  }
}

TEST_F(Retention, BooksBalanceAndTablesAreThoseOfAFullRun) {
  import_person("ann@example.com", "S1", true);
  import_person("bob@example.com", "S2", true);
  import_person("cid@example.com", "S3", false);
  for (int day = 0; day < 4; ++day) {
    for (const std::string name : {"ann", "bob", "cid"}) {
      import_readings(name + "@example.com",
                      name == "ann"   ? "S1"
                      : name == "bob" ? "S2"
                                      : "S3",
                      noon + 1 + day);
    }
    run_and_validate();
    clock_.advance_ms(one_day);
    expire_now(both(2, 1));
    run_and_validate();
    const std::string incremental = tables();
    for (const Profile profile : all_profiles) {
      ASSERT_TRUE(run_profile(store_, profile, Extent::full, clock_));
    }
    EXPECT_EQ(tables(), incremental);
  }
  EXPECT_GT(excluded("accelerometer", "expired"), 0);
}

TEST_F(Retention, NoTimeOfWhatHasLeftIsKept) {
  import_person("ann@example.com", "S1", true);
  import_person("bob@example.com", "S2", true);
  import_readings("ann@example.com", "S1", noon + 1);
  clock_.advance_ms(one_day);
  import_readings("ann@example.com", "S1", noon + 3);
  import_readings("bob@example.com", "S2", noon + 5);
  run_and_validate();
  clock_.advance_ms(one_day);
  expire_now(after_days(2));
  ASSERT_EQ(landed("removed_cell"), 2);
  run_and_validate();
  const std::string ends =
      "first_ms - " + std::to_string(noon) + ", last_ms - " + std::to_string(noon) + " FROM ";
  for (const Profile profile : all_profiles) {
    EXPECT_EQ(joined(rows("SELECT " + ends + "accelerometer_run", profile)), "3|3; 5|5");
    EXPECT_EQ(joined(rows("SELECT " + ends + "step_trainer_run", profile)), "3|3; 5|5");
  }
  EXPECT_EQ(landed("removed_cell"), 0);
  clock_.advance_ms(one_day);
  expire_now(after_days(2));
  run_and_validate();
  for (const Profile profile : all_profiles) {
    EXPECT_EQ(count("accelerometer_run", profile) + count("step_trainer_run", profile), 0);
  }
}

TEST_F(Retention, RemovalsStayUntilEveryProfileThatWasRunHasTakenThemIn) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  run_and_validate();
  clock_.advance_ms(one_day);
  expire_now(after_days(1));
  ASSERT_TRUE(run_profile(store_, Profile::strict, Extent::when_needed, clock_));
  EXPECT_EQ(landed("removed_cell"), 2);
  ASSERT_TRUE(run_profile(store_, Profile::reference, Extent::when_needed, clock_));
  EXPECT_EQ(landed("removed_cell"), 0);
}

// What a gateway's commit waits for: the cells of one transaction.
TEST_F(Retention, RemovalsAreForgottenInTransactionsOfBoundedSize) {
  const std::string most = std::to_string(max_removals_forgotten_at_once);
  const std::string one_beyond = std::to_string(max_removals_forgotten_at_once + 1);
  ASSERT_TRUE(landing_->execute(
      "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < " + one_beyond +
      ") INSERT INTO removed_cell (subject_id, from_ms, to_ms) SELECT n, 0, 1 FROM number;"
      "CREATE TRIGGER refuse BEFORE DELETE ON removed_cell WHEN OLD.removal_id > " +
      most + " BEGIN SELECT RAISE(ABORT, 'the second transaction'); END"));
  const auto refused = forget_taken_in_removals(store_, clock_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("the second transaction"), std::string::npos);
  EXPECT_EQ(landed("removed_cell"), 1) << "the first one is done";
  ASSERT_TRUE(landing_->execute("DROP TRIGGER refuse"));
  ASSERT_TRUE(forget_taken_in_removals(store_, clock_));
  EXPECT_EQ(landed("removed_cell"), 0);
}

TEST_F(Retention, ProfileThatMissedRemovalsIsMadeAnew) {
  import_person("ann@example.com", "S1", true);
  import_readings("ann@example.com", "S1", noon + 1);
  run_and_validate();
  const auto strict = zones_file(store_.dir, Profile::strict);
  ASSERT_TRUE(sqlite::Database::open(strict, sqlite::Access::read_write)->backup_to(folder_ / "older.db"));
  clock_.advance_ms(one_day);
  expire_now(after_days(1));
  run_and_validate();
  ASSERT_EQ(landed("removed_cell"), 0);
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(strict.string() + suffix);
  std::filesystem::copy_file(folder_ / "older.db", strict, std::filesystem::copy_options::overwrite_existing);
  ASSERT_EQ(count("machine_learning_curated"), 1);
  run_and_validate();
  EXPECT_EQ(count("machine_learning_curated"), 0);
  EXPECT_EQ(count("accelerometer_run"), 0);
}

TEST_F(Retention, RemovalsAreKeptUpToALimitAndAProfileFurtherBehindIsMadeAnew) {
  const auto run_strict_after_expiry = [this](std::int64_t removals_kept) {
    import_person("ann@example.com", "S1", true);
    import_readings("ann@example.com", "S1", noon + 1);
    import_readings("ann@example.com", "S1", noon + 1);
    run_and_validate();
    clock_.advance_ms(one_day);
    RetentionSeams seams;
    seams.removals_kept = removals_kept;
    expire_now(after_days(1), seams);
    EXPECT_EQ(landed("removed_cell"), removals_kept);
    const auto report = run_profile(store_, Profile::strict, Extent::when_needed, clock_);
    EXPECT_TRUE(report);
    EXPECT_EQ(count("accelerometer_trusted") + count("step_trainer_trusted"), 0);
    return report && report->incremental;
  };
  EXPECT_TRUE(run_strict_after_expiry(2));
  EXPECT_FALSE(run_strict_after_expiry(1));
  run_and_validate();
}

TEST_F(Retention, IdsAreNotUsedAgain) {
  import_readings("ann@example.com", "S1", noon + 1);
  const std::int64_t last = *landing_->integer("SELECT MAX(ingest_id) FROM accelerometer");
  const std::int64_t subject = *landing_->integer("SELECT MAX(subject_id) FROM subject");
  clock_.advance_ms(one_day);
  expire_now(after_days(1));
  ASSERT_EQ(landed("accelerometer"), 0);
  import_readings("bob@example.com", "S2", noon + 1);
  EXPECT_GT(*landing_->integer("SELECT MIN(ingest_id) FROM accelerometer"), last);
  EXPECT_GT(*landing_->integer("SELECT MIN(subject_id) FROM subject"), subject);
}

}  // namespace
}  // namespace stedi::lakehouse
