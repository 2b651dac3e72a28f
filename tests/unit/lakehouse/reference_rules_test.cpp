// The `reference` profile: the numbers everybody publishes, less those who withdrew.
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class ReferenceRules : public StoreFixture {
 protected:
  void run_reference() { run(Profile::reference); }
  std::int64_t rows_in(const std::string& table) { return count(table, Profile::reference); }
};

TEST_F(ReferenceRules, AnyResearchNumberOtherThanZeroIsTrustedByEachRecordItself) {
  land(CustomerRow{.updated = noon, .research = noon});
  land(CustomerRow{.updated = noon + 1});
  land(CustomerRow{.updated = noon + 2, .research = std::nullopt, .research_is_number = true});  // 0.5
  land(CustomerRow{.updated = noon + 3, .research = 0});
  run_reference();
  EXPECT_EQ(rows_in("customer_trusted"), 2);
  EXPECT_EQ(excluded("customer", "not_granted", Profile::reference), 2);
}

TEST_F(ReferenceRules, RecordsEqualInEverySeedFieldCountOnceAndOthersTwice) {
  land(CustomerRow{.research = noon});
  land(CustomerRow{.research = noon, .received = receipt + 9});
  land(CustomerRow{.email = "Ann@example.com", .research = noon});
  run_reference();
  EXPECT_EQ(rows_in("customer_trusted"), 2);
  EXPECT_EQ(excluded("customer", "duplicate", Profile::reference), 1);
}

TEST_F(ReferenceRules, ReadingsJoinOnTheEmailExactlyAsWritten) {
  land(CustomerRow{.email = "Ann@example.com", .research = noon});
  land(MovementRow{.user = "Ann@example.com", .at = noon - 5});
  land(MovementRow{.user = "ann@example.com", .at = noon - 5});
  run_reference();
  EXPECT_EQ(joined(rows("SELECT user FROM accelerometer_trusted", Profile::reference)), "Ann@example.com");
  EXPECT_EQ(excluded("accelerometer", "not_granted", Profile::reference), 1);
}

TEST_F(ReferenceRules, ReadingsBeforeConsentAndImplausibleOnesCount) {
  land(CustomerRow{.research = noon});
  land(MovementRow{.at = noon - one_day});
  land(MovementRow{.at = 5});
  run_reference();
  EXPECT_EQ(rows_in("accelerometer_trusted"), 2);
}

TEST_F(ReferenceRules, CustomersWithoutAccelerometerDataAreNotCurated) {
  land(CustomerRow{.serial = "S1", .research = noon});
  land(CustomerRow{.email = "bob@example.com", .serial = "S2", .research = noon});
  land(MovementRow{.user = "bob@example.com"});
  land(StepRow{.serial = "S1"});
  land(StepRow{.serial = "S2"});
  land(StepRow{.serial = "S3"});
  run_reference();
  EXPECT_EQ(joined(rows("SELECT email FROM customers_curated", Profile::reference)), "bob@example.com");
  EXPECT_EQ(joined(rows("SELECT serialNumber FROM step_trainer_trusted", Profile::reference)), "S2");
  EXPECT_EQ(excluded("step_trainer", "no_accelerometer", Profile::reference), 1);
  EXPECT_EQ(excluded("step_trainer", "unknown_serial", Profile::reference), 1);
}

TEST_F(ReferenceRules, SharedSerialTrustsItsReadingsOnce) {
  land(CustomerRow{.serial = "S1", .research = noon});
  land(CustomerRow{.email = "bob@example.com", .serial = "S1", .research = noon});
  land(MovementRow{});
  land(MovementRow{.user = "bob@example.com"});
  land(StepRow{});
  land(StepRow{});
  run_reference();
  EXPECT_EQ(rows_in("step_trainer_trusted"), 1);
}

TEST_F(ReferenceRules, SerialJoinsExactlyAsWritten) {
  land(CustomerRow{.serial = "S1", .research = noon});
  land(MovementRow{});
  land(StepRow{.serial = "S1 "});
  run_reference();
  EXPECT_EQ(rows_in("step_trainer_trusted"), 0);
}

TEST_F(ReferenceRules, MachineLearningRowsJoinOnTimeAloneAcrossPeople) {
  land(CustomerRow{.serial = "S1", .research = noon});
  land(CustomerRow{.email = "bob@example.com", .serial = "S2", .research = noon});
  land(MovementRow{.at = noon});
  land(MovementRow{.user = "bob@example.com", .at = noon});
  land(StepRow{.serial = "S1", .at = noon});
  run_reference();
  EXPECT_EQ(joined(rows("SELECT serialNumber, user FROM machine_learning_curated ORDER BY user",
                        Profile::reference)),
            "S1|ann@example.com; S1|bob@example.com");
  EXPECT_EQ(
      joined(rows("SELECT name FROM pragma_table_info('machine_learning_curated')", Profile::reference)),
      "sensorReadingTime; serialNumber; distanceFromObject; user; x; y; z");
}

TEST_F(ReferenceRules, WhoWithdrewLeavesWithEveryRecord) {
  land(CustomerRow{.serial = "S1", .updated = noon, .research = noon});
  land(CustomerRow{.serial = "S1", .updated = noon + 1, .research = noon});
  land(MovementRow{.at = noon});
  land(StepRow{.at = noon});
  land(EventRow{.action = "withdraw", .at = noon + 5});
  run_reference();
  for (const std::string_view table : zone_tables) EXPECT_EQ(rows_in(std::string(table)), 0) << table;
}

TEST_F(ReferenceRules, WhoWithdrewAndAgreedAgainStays) {
  land(CustomerRow{.research = noon});
  land(EventRow{.action = "withdraw", .at = noon + 5});
  land(EventRow{.action = "grant", .at = noon + 6});
  run_reference();
  EXPECT_EQ(rows_in("customer_trusted"), 1);
}

TEST_F(ReferenceRules, WithdrawnAmbiguousPersonLeaves) {
  land(CustomerRow{.research = noon});
  land(CustomerRow{.research = noon + 1});
  land(EventRow{.action = "withdraw", .at = noon - 5});
  run_reference();
  EXPECT_EQ(rows_in("customer_trusted"), 0);
}

TEST_F(ReferenceRules, RefusalByRecordAloneDoesNotRemoveAnyone) {
  land(CustomerRow{.updated = noon, .research = noon});
  land(CustomerRow{.updated = noon + 1});
  run_reference();
  EXPECT_EQ(rows_in("customer_trusted"), 1);
}

}  // namespace
}  // namespace stedi::lakehouse
