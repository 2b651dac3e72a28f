// What is held about a person, and why each of their records is or is not in each table.
#include "lakehouse/answers/explain.hpp"

#include <map>

#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class Explain : public StoreFixture {
 protected:
  void explain(const std::string& email = "ann@example.com") {
    auto done = explain_person(store_, email, clock_);
    ASSERT_TRUE(done) << done.error().message;
    explanation_ = *std::move(done);
  }
  // "included 2, before_consent 1", of one stream in one table.
  std::string reasons(const std::string& table, const std::string& stream,
                      Profile profile = Profile::strict) {
    std::map<std::string, std::int64_t> counts;
    for (const Row& row : explanation_.reasons.rows) {
      if (row[0] == Value(std::string(profile_name(profile))) && row[1] == Value(table) &&
          row[2] == Value(stream))
        counts[std::get<std::string>(row[3])] += std::get<std::int64_t>(row[4]);
    }
    std::vector<std::string> lines;
    for (const auto& [reason, records] : counts) lines.push_back(reason + " " + std::to_string(records));
    return joined(lines);
  }
  // "accelerometer 2023-11-14 2; step_trainer S1 2023-11-14 1; step_trainer 3 another_person"
  std::string held() const {
    std::vector<std::string> lines;
    for (const Row& row : explanation_.held.rows) {
      std::string line = std::get<std::string>(row[0]);
      for (const std::size_t column : {1, 2, 3, 4}) {
        if (const auto* text = std::get_if<std::string>(&row[column])) line += " " + *text;
        if (const auto* records = std::get_if<std::int64_t>(&row[column]))
          line += " " + std::to_string(*records);
      }
      lines.push_back(line);
    }
    return joined(lines);
  }
  Explanation explanation_;
};

TEST_F(Explain, SaysWhatIsHeldByStreamSerialAndDay) {
  land_person("ann@example.com", "S1");
  land_person("bob@example.com", "S2");
  land(MovementRow{.at = noon});
  land(MovementRow{.at = noon + 1});
  land(MovementRow{.at = noon + one_day});
  land(MovementRow{.user = "bob@example.com"});
  land(StepRow{.serial = "S1"});
  land(StepRow{.serial = "S2"});
  land(EventRow{.purpose = "marketing"});
  explain();
  EXPECT_EQ(
      held(),
      "accelerometer 2023-11-14 2; accelerometer 2023-11-15 1; consent 2023-11-14 1; customer 2023-11-14 1; "
      "step_trainer S1 2023-11-14 1");
  EXPECT_EQ(explanation_.customer_records.rows.size(), 1U);
  EXPECT_EQ(explanation_.consent_events.rows.size(), 1U);
  EXPECT_EQ(explanation_.serials.rows.size(), 1U);
  EXPECT_EQ(explanation_.consent.verdict.stand, Stand::granted);
}

TEST_F(Explain, EveryReadingHasItsReasonInStrict) {
  land(CustomerRow{.serial = "S1", .updated = noon - 9, .research = noon});
  land(CustomerRow{.serial = "S1", .updated = noon, .research = noon});
  land(MovementRow{.at = noon - 1});
  land(MovementRow{.at = noon + 1});
  land(MovementRow{.at = noon + 1});
  land(MovementRow{.at = noon + 2});
  land(MovementRow{.at = receipt + one_day + 1});
  land(StepRow{.at = noon - 1});
  land(StepRow{.at = noon + 1});
  land(StepRow{.at = noon + 7});
  run();
  explain();
  EXPECT_EQ(reasons("customer_trusted", "customer"), "included 1; superseded 1");
  EXPECT_EQ(reasons("accelerometer_trusted", "accelerometer"),
            "before_consent 1; duplicate 1; implausible_time 1; included 2");
  EXPECT_EQ(reasons("customers_curated", "customer"), "included 1");
  EXPECT_EQ(reasons("step_trainer_trusted", "step_trainer"), "before_consent 1; included 2");
  EXPECT_EQ(reasons("machine_learning_curated", "accelerometer"),
            "before_consent 1; duplicate 1; implausible_time 1; included 1; no_partner 1");
  EXPECT_EQ(reasons("machine_learning_curated", "step_trainer"),
            "before_consent 1; included 1; no_partner 1");
  EXPECT_EQ(reasons("machine_learning_curated", "pairs"), "included 1");
}

TEST_F(Explain, TrainerReadingsOfOthersAndOfNobodyAreToldApart) {
  land_person("ann@example.com", "S1");
  land_person("bob@example.com", "S2");
  land(MovementRow{.at = noon + 1});
  land(PairingRow{.serial = "S1", .email = "bob@example.com", .at = noon + 10});
  land(PairingRow{.serial = "S1", .email = std::nullopt, .at = noon + 20});
  land(PairingRow{.serial = "S9", .email = "ann@example.com", .at = noon + 10});
  for (const std::int64_t at : {noon + 1, noon + 11, noon + 21}) land(StepRow{.serial = "S1", .at = at});
  for (const std::int64_t at : {noon + 1, noon + 11}) land(StepRow{.serial = "S9", .at = at});
  land(StepRow{.serial = "S2", .at = noon + 1});
  run();
  explain();
  EXPECT_EQ(reasons("step_trainer_trusted", "step_trainer"),
            "another_person 1; included 2; unknown_serial 1; unpaired 1");
}

TEST_F(Explain, DaysOfOtherOwnersOfASerialAreNotHeldAboutThePerson) {
  land_person("ann@example.com", "S1");
  land(PairingRow{.serial = "S1", .email = "bob@example.com", .at = noon + one_day});
  land(PairingRow{
      .serial = "S1", .email = std::nullopt, .at = noon + 5 * one_day, .received = noon + 5 * one_day});
  for (const int day : {0, 2, 3, 6}) land(StepRow{.serial = "S1", .at = noon + day * one_day});
  explain();
  EXPECT_EQ(held(),
            "customer 2023-11-14 1; step_trainer S1 2023-11-14 1; step_trainer 2 another_person; "
            "step_trainer 1 unpaired");
}

TEST_F(Explain, DaysOfASharedSerialAreNobodysToSee) {
  land_person("ann@example.com", "S1");
  land_person("bob@example.com", "S1");
  for (const int day : {0, 2}) land(StepRow{.serial = "S1", .at = noon + day * one_day});
  explain();
  EXPECT_EQ(held(), "customer 2023-11-14 1; step_trainer 2 ambiguous_serial");
}

TEST_F(Explain, SharedSerialIsAmbiguousForBoth) {
  land_person("ann@example.com", "S1");
  land_person("bob@example.com", "S1");
  land(MovementRow{.at = noon + 1});
  land(StepRow{.at = noon + 1});
  run();
  for (const std::string email : {"ann@example.com", "bob@example.com"}) {
    explain(email);
    EXPECT_EQ(reasons("step_trainer_trusted", "step_trainer"), "ambiguous_serial 1");
  }
}

TEST_F(Explain, WithdrawnPersonsRecordsAreAllHeldAndNoneIncluded) {
  land_person("ann@example.com", "S1");
  land(MovementRow{.at = noon + 1});
  land(StepRow{.at = noon + 1});
  for (const Profile profile : all_profiles) run(profile);
  land(EventRow{.action = "withdraw", .at = noon + 5});
  explain();
  EXPECT_EQ(explanation_.held.rows.size(), 4U);
  for (const Profile profile : all_profiles) {
    EXPECT_EQ(reasons("accelerometer_trusted", "accelerometer", profile), "not_granted 1");
    EXPECT_EQ(reasons("machine_learning_curated", "pairs", profile), "");
  }
}

TEST_F(Explain, ReferenceFollowsItsOwnRules) {
  land_person("ann@example.com", "S1", noon + 5);
  land(MovementRow{.at = noon + 1});
  land(MovementRow{.user = "ANN@example.com", .at = noon + 2});
  land(StepRow{.at = noon + 1});
  land(StepRow{.serial = " S1", .at = noon + 2});
  run(Profile::reference);
  explain();
  EXPECT_EQ(reasons("customer_trusted", "customer", Profile::reference), "included 1");
  EXPECT_EQ(reasons("accelerometer_trusted", "accelerometer", Profile::reference),
            "included 1; not_granted 1");
  EXPECT_EQ(reasons("step_trainer_trusted", "step_trainer", Profile::reference), "included 1; not_granted 1");
  EXPECT_EQ(reasons("machine_learning_curated", "pairs", Profile::reference), "included 1");
  EXPECT_EQ(explanation_.never_run, std::vector<std::string>{"strict"});
}

TEST_F(Explain, AgreesWithTheTablesAndTheReconciliationForEverybody) {
  const std::vector<std::string> people = {"ann@example.com", "bob@example.com", "cid@example.com",
                                           "dan@example.com"};
  land_person(people[0], "S1");
  land_person(people[1], "S2", noon + 3);
  land_person(people[2], "S2");
  land(CustomerRow{.email = people[3], .serial = "S4"});
  land(PairingRow{.serial = "S2", .email = people[1], .at = noon + 4});
  for (std::int64_t i = 0; i < 8; ++i) {
    for (const std::string& email : people) land(MovementRow{.user = email, .at = noon + i});
    for (const std::string serial : {"S1", "S2", "S4"}) land(StepRow{.serial = serial, .at = noon + i});
  }
  for (const Profile profile : all_profiles) run(profile);
  std::int64_t movements = 0;
  std::int64_t pairs = 0;
  for (const std::string& email : people) {
    explain(email);
    for (const Row& row : explanation_.reasons.rows) {
      if (row[0] != Value(std::string("strict")) || row[3] != Value(std::string("included"))) continue;
      if (row[1] == Value(std::string("accelerometer_trusted"))) movements += std::get<std::int64_t>(row[4]);
      if (row[2] == Value(std::string("pairs"))) pairs += std::get<std::int64_t>(row[4]);
    }
  }
  EXPECT_EQ(movements, count("accelerometer_trusted"));
  EXPECT_EQ(pairs, count("machine_learning_curated"));
}

TEST_F(Explain, UnknownEmailFailsAndIsNotRepeated) {
  const auto done = explain_person(store_, "nobody@example.com", clock_);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().fault, Fault::failed);
  EXPECT_EQ(done.error().message.find("nobody@"), std::string::npos);
}

}  // namespace
}  // namespace stedi::lakehouse
