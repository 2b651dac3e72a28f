// Rules 3 to 6 of the policy (docs/policy.md): whose readings count, from when, and how they are paired.
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

const std::string ann = "ann@example.com";
const std::string bob = "bob@example.com";

class ReadingRules : public StoreFixture {
 protected:
  // Someone whose consent stands, with a trusted accelerometer reading: their trainer readings can count.
  void land_moving_person(const std::string& email, const std::string& serial) {
    land_person(email, serial);
    land(MovementRow{.user = email, .at = noon + 1});
  }
  // Who the trusted trainer readings are held to be of, in order of time.
  std::string owners() {
    return joined(
        rows("SELECT person.email FROM step_trainer_trusted_rows AS reading "
             "JOIN landing.subject AS person ON person.subject_id = reading.subject_id "
             "ORDER BY reading.sensorReadingTime"));
  }
};

// ---- Rules 3 and 4: accelerometer

TEST_F(ReadingRules, ReadingAtTheInstantOfTheGrantCounts) {
  land_person(ann, "S1", noon);
  land(MovementRow{.at = noon});
  run();
  EXPECT_EQ(count("accelerometer_trusted"), 1);
}

TEST_F(ReadingRules, ReadingOneMillisecondBeforeTheGrantDoesNot) {
  land_person(ann, "S1", noon);
  land(MovementRow{.at = noon - 1});
  run();
  EXPECT_EQ(count("accelerometer_trusted"), 0);
  EXPECT_EQ(excluded("accelerometer", "before_consent"), 1);
}

TEST_F(ReadingRules, ReadingBelongsToItsUserHoweverSpelled) {
  land_person(ann, "S1");
  land(MovementRow{.user = " ANN@example.com", .at = noon});
  run();
  EXPECT_EQ(joined(rows("SELECT user, timestamp, x, y, z FROM accelerometer_trusted")),
            ann + "|" + std::to_string(noon) + "|1.0|0.0|-1.0");
}

TEST_F(ReadingRules, ReadingOfAWithdrawnPersonIsNotGranted) {
  land_person(ann, "S1");
  land(EventRow{.action = "withdraw", .at = noon + 5});
  land(MovementRow{.at = noon + 1});
  run();
  EXPECT_EQ(excluded("accelerometer", "not_granted"), 1);
}

TEST_F(ReadingRules, ReadingOfAnAmbiguousPersonIsAmbiguousConsent) {
  land(CustomerRow{.research = noon});
  land(CustomerRow{.research = noon + 1});
  land(MovementRow{.at = noon + 1});
  run();
  EXPECT_EQ(excluded("accelerometer", "ambiguous_consent"), 1);
}

TEST_F(ReadingRules, ReadingTimedBefore2000IsImplausibleFirstOfAll) {
  land(CustomerRow{.updated = std::nullopt, .research = 1});
  land(MovementRow{.at = year_2000 - 1});
  land(MovementRow{.user = "nobody@example.com", .at = year_2000 - 1});
  run();
  EXPECT_EQ(count("accelerometer_trusted"), 0);
  EXPECT_EQ(excluded("accelerometer", "implausible_time"), 2);
}

TEST_F(ReadingRules, ReadingOver24HoursAheadOfItsReceiptIsImplausible) {
  land_person(ann, "S1");
  land(MovementRow{.at = receipt + one_day + 1});
  land(MovementRow{.at = receipt + one_day});
  run();
  EXPECT_EQ(count("accelerometer_trusted"), 1);
  EXPECT_EQ(excluded("accelerometer", "implausible_time"), 1);
}

TEST_F(ReadingRules, EqualAccelerometerReadingsCountOnceByTheFirstToLand) {
  land_person(ann, "S1");
  const auto first = land(MovementRow{.at = noon + 1});
  land(MovementRow{.user = "ANN@example.com", .at = noon + 1});
  land(MovementRow{.at = noon + 1, .x = 2.0});
  run();
  EXPECT_EQ(count("accelerometer_trusted"), 2);
  EXPECT_EQ(joined(rows("SELECT ingest_id FROM accelerometer_trusted_rows WHERE x = 1.0")),
            std::to_string(first));
  EXPECT_EQ(excluded("accelerometer", "duplicate"), 1);
}

// ---- Rule 5: whose trainer it was

TEST_F(ReadingRules, WithoutPairingsASerialBelongsToItsOnlyCarrier) {
  land_moving_person(ann, "S1");
  land(StepRow{.at = noon + 1});
  run();
  EXPECT_EQ(owners(), ann);
}

TEST_F(ReadingRules, SerialCarriedByTwoPeopleIsAmbiguous) {
  land_moving_person(ann, "S1");
  land_person(bob, "S1");
  land(StepRow{.at = noon + 1});
  run();
  EXPECT_EQ(owners(), "");
  EXPECT_EQ(excluded("step_trainer", "ambiguous_serial"), 1);
}

TEST_F(ReadingRules, SupersededRecordStillCarriesItsSerial) {
  land_moving_person(ann, "S1");
  land(CustomerRow{.email = bob, .serial = "S1", .updated = noon});
  land(CustomerRow{.email = bob, .serial = "S2", .updated = noon + 10});
  land(StepRow{.at = noon + 1});
  run();
  EXPECT_EQ(excluded("step_trainer", "ambiguous_serial"), 1);
}

TEST_F(ReadingRules, SerialOfASupersededRecordAloneIsItsPersons) {
  land(CustomerRow{.serial = "S1", .updated = noon, .research = noon});
  land(CustomerRow{.serial = "S2", .updated = noon + 1, .research = noon});
  land(MovementRow{.at = noon + 2});
  land(StepRow{.serial = "S1", .at = noon + 2});
  run();
  EXPECT_EQ(owners(), ann);
}

TEST_F(ReadingRules, SerialNobodyCarriedIsUnknown) {
  land_moving_person(ann, "S1");
  land(StepRow{.serial = "S9", .at = noon + 1});
  run();
  EXPECT_EQ(excluded("step_trainer", "unknown_serial"), 1);
}

TEST_F(ReadingRules, PairingDecidesFromItsInstantOn) {
  land_moving_person(ann, "S1");
  land_moving_person(bob, "S1");
  land(PairingRow{.email = ann, .at = noon + 10});
  land(PairingRow{.email = bob, .at = noon + 20});
  land(StepRow{.at = noon + 9});
  land(StepRow{.at = noon + 10});
  land(StepRow{.at = noon + 19});
  land(StepRow{.at = noon + 20});
  run();
  EXPECT_EQ(owners(), joined({ann, ann, bob}));
  EXPECT_EQ(excluded("step_trainer", "ambiguous_serial"), 1);
}

TEST_F(ReadingRules, BeforeTheFirstPairingTheOnlyCarrierOwns) {
  land_moving_person(ann, "S1");
  land_moving_person(bob, "S2");
  land(PairingRow{.email = bob, .at = noon + 10});
  land(StepRow{.at = noon + 9});
  land(StepRow{.at = noon + 11});
  run();
  EXPECT_EQ(owners(), joined({ann, bob}));
}

TEST_F(ReadingRules, BeforeTheFirstPairingOfASerialNobodyCarriedItIsUnknown) {
  land_moving_person(ann, "S1");
  land(PairingRow{.serial = "S9", .email = ann, .at = noon + 10});
  land(StepRow{.serial = "S9", .at = noon + 9});
  run();
  EXPECT_EQ(excluded("step_trainer", "unknown_serial"), 1);
}

TEST_F(ReadingRules, PairingToNobodyLeavesReadingsUnpaired) {
  land_moving_person(ann, "S1");
  land(PairingRow{.email = std::nullopt, .at = noon + 10});
  land(StepRow{.at = noon + 10});
  run();
  EXPECT_EQ(owners(), "");
  EXPECT_EQ(excluded("step_trainer", "unpaired"), 1);
}

TEST_F(ReadingRules, PairingsOfOneInstantThatDisagreeAreAmbiguous) {
  land_moving_person(ann, "S1");
  land_moving_person(bob, "S2");
  land(PairingRow{.email = ann, .at = noon + 10});
  land(PairingRow{.email = bob, .at = noon + 10});
  land(StepRow{.at = noon + 10});
  run();
  EXPECT_EQ(excluded("step_trainer", "ambiguous_serial"), 1);
}

TEST_F(ReadingRules, PairingsToAPersonAndToNobodyAtOneInstantAreAmbiguous) {
  land_moving_person(ann, "S1");
  land(PairingRow{.email = ann, .at = noon + 10});
  land(PairingRow{.email = std::nullopt, .at = noon + 10});
  land(StepRow{.at = noon + 10});
  run();
  EXPECT_EQ(excluded("step_trainer", "ambiguous_serial"), 1);
}

TEST_F(ReadingRules, PairingsOfOneInstantThatAgreeStand) {
  land_moving_person(ann, "S1");
  land(PairingRow{.email = ann, .at = noon + 10});
  land(PairingRow{.email = ann, .at = noon + 10});
  land(StepRow{.at = noon + 10});
  run();
  EXPECT_EQ(owners(), ann);
}

TEST_F(ReadingRules, ImplausiblePairingTimeCountsAsItsReceipt) {
  land_moving_person(ann, "S1");
  land_moving_person(bob, "S2");
  land(PairingRow{.email = bob, .at = 5, .received = noon + 100});
  land(StepRow{.at = noon + 99});
  land(StepRow{.at = noon + 100});
  run();
  EXPECT_EQ(owners(), joined({ann, bob}));
}

TEST_F(ReadingRules, PairedPersonWithoutACustomerRecordIsUnknown) {
  land_moving_person(ann, "S1");
  land(PairingRow{.email = "ghost@example.com", .at = noon + 10});
  land(StepRow{.at = noon + 10});
  run();
  EXPECT_EQ(excluded("step_trainer", "unknown_subject"), 1);
}

TEST_F(ReadingRules, TrainerReadingsObeyTheirOwnersConsent) {
  land_moving_person(ann, "S1");
  land(CustomerRow{.email = bob, .serial = "S2"});
  land(StepRow{.serial = "S1", .at = noon - 1});
  land(StepRow{.serial = "S1", .at = noon});
  land(StepRow{.serial = "S2", .at = noon});
  land(StepRow{.serial = "S1", .at = year_2000 - 1});
  run();
  EXPECT_EQ(count("step_trainer_trusted"), 1);
  EXPECT_EQ(excluded("step_trainer", "before_consent"), 1);
  EXPECT_EQ(excluded("step_trainer", "not_granted"), 1);
  EXPECT_EQ(excluded("step_trainer", "implausible_time"), 1);
}

// ---- Rule 6: curated tables

TEST_F(ReadingRules, TrustedCustomerWithoutTrustedReadingsIsNotCurated) {
  land_person(ann, "S1");
  land(MovementRow{.at = noon - 1});
  land(StepRow{.at = noon + 1});
  run();
  EXPECT_EQ(count("customer_trusted"), 1);
  EXPECT_EQ(count("customers_curated"), 0);
  EXPECT_EQ(excluded("step_trainer", "no_accelerometer"), 1);
}

TEST_F(ReadingRules, EqualTrainerReadingsCountOnce) {
  land_moving_person(ann, "S1");
  land(StepRow{.serial = "S1", .at = noon + 1});
  land(StepRow{.serial = " S1 ", .at = noon + 1});
  land(StepRow{.serial = "S1", .at = noon + 1, .distance = 101});
  run();
  EXPECT_EQ(joined(rows("SELECT serialNumber, distanceFromObject FROM step_trainer_trusted ORDER BY 2")),
            "S1|100; S1|101");
  EXPECT_EQ(excluded("step_trainer", "duplicate"), 1);
}

TEST_F(ReadingRules, MachineLearningRowsAreEveryPairOfOneMillisecond) {
  land_person(ann, "S1");
  for (const double x : {1.0, 2.0, 3.0}) land(MovementRow{.at = noon + 1, .x = x});
  for (const std::int64_t distance : {10, 20}) land(StepRow{.at = noon + 1, .distance = distance});
  land(StepRow{.at = noon + 2});
  land(MovementRow{.at = noon + 3});
  run();
  EXPECT_EQ(count("machine_learning_curated"), 6);
}

TEST_F(ReadingRules, MachineLearningRowsNeverPairTwoPeople) {
  land_person(ann, "S1");
  land_person(bob, "S2");
  land(MovementRow{.user = ann, .at = noon + 1});
  land(MovementRow{.user = bob, .at = noon + 2});
  land(StepRow{.serial = "S2", .at = noon + 1});
  land(StepRow{.serial = "S1", .at = noon + 2});
  run();
  EXPECT_EQ(count("step_trainer_trusted"), 2);
  EXPECT_EQ(count("machine_learning_curated"), 0);
}

TEST_F(ReadingRules, MachineLearningTableShowsAPseudonymAndNeitherEmailNorSerial) {
  land_moving_person(ann, "S1");
  land(StepRow{.at = noon + 1});
  run();
  EXPECT_EQ(joined(rows("SELECT length(subject), sensorReadingTime, distanceFromObject, x, y, z "
                        "FROM machine_learning_curated")),
            "32|" + std::to_string(noon + 1) + "|100|1.0|0.0|-1.0");
  EXPECT_EQ(joined(rows("SELECT name FROM pragma_table_info('machine_learning_curated')")),
            "subject; sensorReadingTime; distanceFromObject; x; y; z");
}

}  // namespace
}  // namespace stedi::lakehouse
