#include "lakehouse/answers/validate.hpp"

#include <fstream>

#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

// Two people who agreed, with readings, and one who did not.
class Validate : public StoreFixture {
 protected:
  Validate() {
    land_person("ann@example.com", "S1");
    land_person("bob@example.com", "S2");
    land(CustomerRow{.email = "cid@example.com", .serial = "S3"});
    for (const std::string user : {"ann@example.com", "bob@example.com", "cid@example.com"}) {
      land(MovementRow{.user = user, .at = noon + 1});
      land(MovementRow{.user = user, .at = noon + 2, .x = 2.0});
    }
    for (const std::string serial : {"S1", "S2", "S3"}) land(StepRow{.serial = serial, .at = noon + 1});
    run(Profile::strict);
    run(Profile::reference);
  }

  // The zones of `profile`, corrupted by `sql`, must be found different by `check`.
  void expect_found(const std::string& sql, const std::string& check, Profile profile = Profile::strict) {
    corrupt(sql, profile);
    const std::string differences = joined(validated(profile).differences);
    EXPECT_NE(differences.find(check), std::string::npos) << sql << "\nfound: " << differences;
    ASSERT_TRUE(run_profile(store_, profile, Extent::full, clock_));
    EXPECT_EQ(joined(validated(profile).differences), "") << "not repaired after: " << sql;
  }

  std::filesystem::path expectation(const std::string& text) {
    auto file = folder_ / "expect.toml";
    std::ofstream(file) << text;
    return file;
  }
};

TEST_F(Validate, UntouchedStoreHasNoDifference) {
  EXPECT_EQ(joined(validated(std::nullopt).differences), "");
}

// It was content with a store whose only withdrawal had been refused.
TEST_F(Validate, SaysWhatWasRefusedOfWhatPeopleSay) {
  EXPECT_EQ(joined(validated(std::nullopt).warnings), "");
  ASSERT_TRUE(
      landing_->execute("INSERT INTO quarantined_record (batch_id, stream, reason, received, payload) VALUES "
                        "(1, 'consent', 'malformed_json', 1, 'x'), (1, 'consent', 'wrong_type', 1, ''), "
                        "(1, 'accelerometer', 'wrong_type', 1, 'x')"));
  balance_batch_log();
  const std::string warnings = joined(validated(std::nullopt).warnings);
  EXPECT_EQ(warnings,
            "consent: 2 refused; a withdrawal may be among them: see `stedi-lakehouse quarantine list`");
}

TEST_F(Validate, FindsAMissingReading) {
  expect_found(
      "DELETE FROM accelerometer_trusted_rows WHERE timestamp = (SELECT MAX(timestamp) "
      "FROM accelerometer_trusted_rows)",
      "accelerometer: trusted is 2, but 4");
}

TEST_F(Validate, FindsAReadingBeforeConsent) {
  expect_found("UPDATE subject_state SET granted_from_ms = granted_from_ms + 2", "no_reading_before_consent");
}

TEST_F(Validate, FindsAReadingThatCountsTwice) {
  expect_found(
      "INSERT INTO accelerometer_trusted_rows SELECT subject_id, timestamp, ingest_id + 1000, x, y, z "
      "FROM accelerometer_trusted_rows",
      "accelerometer_trusted: key_is_unique");
}

TEST_F(Validate, FindsAChangedValue) {
  expect_found("UPDATE accelerometer_trusted_rows SET x = x + 0.5", "every_reading_is_as_landed");
}

TEST_F(Validate, FindsAMachineLearningRowOfTwoPeople) {
  expect_found(
      "UPDATE machine_learning_curated_rows SET accelerometer_id = (SELECT MAX(ingest_id) FROM "
      "accelerometer_trusted_rows WHERE subject_id = 2 AND timestamp = sensorReadingTime) WHERE subject_id = "
      "1",
      "both_sides_are_one_person");
}

TEST_F(Validate, FindsAMissingPair) {
  expect_found("DELETE FROM machine_learning_curated_rows WHERE subject_id = 1", "every_pair_is_there");
}

TEST_F(Validate, FindsANullInAKey) {
  expect_found(
      "DROP VIEW step_trainer_trusted; ALTER TABLE step_trainer_trusted_rows RENAME TO sound;"
      "CREATE TABLE step_trainer_trusted_rows AS SELECT * FROM sound;"
      "UPDATE step_trainer_trusted_rows SET trainer_id = NULL;"
      "CREATE VIEW step_trainer_trusted AS SELECT * FROM step_trainer_trusted_rows",
      "key_is_never_null");
}

TEST_F(Validate, FindsATrainerReadingOfSomebodyElse) {
  expect_found("UPDATE step_trainer_trusted_rows SET subject_id = 3 - subject_id",
               "every_reading_is_its_owners");
}

TEST_F(Validate, FindsAPersonWhoDidNotAgree) {
  expect_found("INSERT INTO customer_trusted_rows (subject_id, email) VALUES (3, 'cid@example.com')",
               "every_person_is_granted");
}

TEST_F(Validate, FindsAWrongConsentState) {
  // The job's own tables agree with each other: only the rules worked out apart can tell.
  expect_found(
      "DELETE FROM customer_trusted_rows WHERE subject_id = 2;"
      "DELETE FROM customers_curated_rows WHERE subject_id = 2;"
      "UPDATE subject_state SET status = 'not_granted', granted_from_ms = NULL WHERE subject_id = 2",
      "customer: trusted is 1, but 2");
}

TEST_F(Validate, FindsAStateThatContradictsItself) {
  expect_found("UPDATE subject_state SET granted_from_ms = 5 WHERE subject_id = 3", "status_and_start_agree");
}

TEST_F(Validate, FindsOverlappingSpansOfASerial) {
  expect_found("INSERT INTO serial_owner VALUES (1, 5, 9007199254740992, 2, 'owned')",
               "spans_do_not_overlap");
}

TEST_F(Validate, FindsASpanWithoutItsOwner) {
  expect_found("UPDATE serial_owner SET subject_id = NULL", "owned_names_a_person");
}

TEST_F(Validate, FindsACuratedCustomerWithoutReadings) {
  expect_found("INSERT INTO customers_curated_rows VALUES (3)", "every_customer_has_readings");
}

TEST_F(Validate, FindsASerialWithoutReadings) {
  expect_found("INSERT INTO serial_trusted VALUES (3, 'S3')", "every_serial_has_readings");
}

TEST_F(Validate, FindsAMissingPseudonym) {
  expect_found("DELETE FROM pseudonym WHERE subject_id = 1", "every_row_has_a_pseudonym");
}

TEST_F(Validate, FindsTwoPeopleUnderOnePseudonym) {
  expect_found("UPDATE pseudonym SET subject = (SELECT MAX(subject) FROM pseudonym)",
               "every_row_has_a_pseudonym");
}

TEST_F(Validate, FindsTablesOfAnOlderJob) {
  corrupt("UPDATE catalog_table SET job_hash = 'older' WHERE table_name = 'customer_trusted'");
  EXPECT_NE(joined(validated().differences).find("customer_trusted: made_by_current_job"), std::string::npos);
}

TEST_F(Validate, FindsReferenceTablesThatWereChanged) {
  const auto found = [&](const std::string& sql, const std::string& check) {
    expect_found(sql, check, Profile::reference);
  };
  found("DELETE FROM accelerometer_trusted_rows WHERE x = 2.0", "accelerometer: trusted is 2, but 4");
  found("UPDATE accelerometer_trusted_rows SET customer_id = 3 - customer_id",
        "every_reading_has_a_customer");
  found("UPDATE step_trainer_trusted_rows SET customer_id = 3 - customer_id", "every_reading_has_a_customer");
  found("UPDATE customer_trusted_rows SET serialNumber = 'S9'", "every_record_shares_with_research");
  found("INSERT INTO customers_curated_rows VALUES (77)", "every_customer_has_readings");
  found("DELETE FROM machine_learning_curated_rows WHERE step_trainer_id = 1", "every_pair_is_there");
  found("UPDATE machine_learning_curated_rows SET x = 9.0", "both_sides_are_of_one_instant");
}

TEST_F(Validate, FindsLandedRowsThatNoBatchKnows) {
  land(MovementRow{.at = noon + 50});
  EXPECT_NE(joined(validated().differences).find("landing accelerometer: received is 6, but 7"),
            std::string::npos);
}

TEST_F(Validate, RowsThatLandedSinceArePendingAndNoDifference) {
  land(MovementRow{.at = noon + 50});
  ASSERT_TRUE(landing_->execute(
      "UPDATE batch SET landed = landed + 1 WHERE source_id = (SELECT source_id FROM source "
      "WHERE stream = 'accelerometer')"));
  EXPECT_EQ(joined(validated().differences), "");
  EXPECT_EQ(excluded("accelerometer", "pending (landed since)"), 1);
}

TEST_F(Validate, ConsentThatLandedIsAppliedFirst) {
  land(EventRow{.action = "withdraw", .at = noon + 10});
  ASSERT_TRUE(landing_->execute(
      "UPDATE batch SET landed = landed + 1 WHERE source_id = (SELECT source_id FROM source "
      "WHERE stream = 'consent')"));
  EXPECT_EQ(joined(validated().differences), "");
  EXPECT_EQ(count("customer_trusted"), 1);
}

TEST_F(Validate, ExpectedCountsAreCompared) {
  const auto good = expectation("[landing]\ncustomer = 3\nquarantined = 0\n[strict]\ncustomer_trusted = 2\n");
  const auto same = validate(store_, Profile::strict, good, clock_);
  ASSERT_TRUE(same);
  EXPECT_EQ(joined(same->differences), "");
  const auto bad = expectation("[strict]\ncustomer_trusted = 7\n");
  const auto different = validate(store_, Profile::strict, bad, clock_);
  ASSERT_TRUE(different);
  EXPECT_EQ(joined(different->differences), "strict customer_trusted has 2 rows, expected 7");
}

TEST_F(Validate, ExpectationsOfAnotherProfileAreNotCompared) {
  const auto file = expectation("[reference]\ncustomer_trusted = 7\n");
  const auto validation = validate(store_, Profile::strict, file, clock_);
  ASSERT_TRUE(validation);
  EXPECT_EQ(joined(validation->differences), "");
}

TEST_F(Validate, ExpectationsOfAProfileThatWasNotRunAreADifference) {
  const auto file = expectation("[strict]\ncustomer_trusted = 2\n[reference]\ncustomer_trusted = 7\n");
  std::filesystem::remove(zones_file(store_.dir, Profile::reference));
  const auto validation = validate(store_, std::nullopt, file, clock_);
  ASSERT_TRUE(validation);
  EXPECT_NE(joined(validation->differences).find("reference has not been run"), std::string::npos);
}

TEST_F(Validate, UnknownExpectationsAreUsageErrors) {
  const auto file = expectation("[strict]\ncustomers_trusted = 7\n");
  const auto validation = validate(store_, Profile::strict, file, clock_);
  ASSERT_FALSE(validation);
  EXPECT_EQ(exit_status(validation.error().fault), 2);
}

TEST_F(StoreFixture, ValidateBeforeAnyRunFails) {
  const auto validation = validate(store_, std::nullopt, std::nullopt, clock_);
  ASSERT_FALSE(validation);
  EXPECT_EQ(exit_status(validation.error().fault), 1);
}

}  // namespace
}  // namespace stedi::lakehouse
