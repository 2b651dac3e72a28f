// What an operator asks and says about one person's consent.
#include "lakehouse/commands/operator_consent.hpp"

#include <fstream>

#include "lakehouse/consent/ledger.hpp"
#include "lakehouse/consent/ledger_verify.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

using Action = ConsentEvent::Action;

class ConsentCommand : public StoreFixture {
 protected:
  ConsentCommand() {
    for (const std::string email : {"ann@example.com", "bob@example.com"}) {
      land_person(email, "S-" + email);
      land(MovementRow{.user = email, .at = noon + 1});
      land(StepRow{.serial = "S-" + email, .at = noon + 1});
    }
    balance_batches();
  }
  // Rows of the fixture stand in batches of their own, before those that a command lands.
  void balance_batches() {
    for (const Profile profile : all_profiles) run(profile);
  }
  Result<ConsentShown> say(Action action, std::optional<std::int64_t> at = std::nullopt,
                           const std::string& email = "ann@example.com") {
    clock_.advance_ms(1);
    return say_consent(store_, email, action, at, clock_, std::chrono::milliseconds(50));
  }
  std::string bytes_of_zones(Profile profile) {
    const auto file = zones_file(store_.dir, profile).string();
    const auto wal = std::filesystem::exists(file + "-wal") ? test::read_text(file + "-wal") : "";
    return test::read_text(file) + wal;
  }
};

TEST_F(ConsentCommand, WithdrawalEmptiesEveryTableOfEveryProfileOfThatPersonAlone) {
  for (const Profile profile : all_profiles)
    ASSERT_NE(bytes_of_zones(profile).find("ann@"), std::string::npos);
  const auto shown = say(Action::withdraw);
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_EQ(shown->consent.verdict.stand, Stand::not_granted);
  for (const Profile profile : all_profiles) {
    for (const std::string_view table : zone_tables)
      EXPECT_EQ(count(std::string(table), profile), 1) << table;
    EXPECT_EQ(joined(rows("SELECT email FROM customer_trusted", profile)), "bob@example.com");
    const std::string bytes = bytes_of_zones(profile);
    EXPECT_EQ(bytes.find("ann@"), std::string::npos) << "neither in the file nor in its log";
    EXPECT_NE(bytes.find("bob@"), std::string::npos);
  }
}

TEST_F(ConsentCommand, GrantAfterAWithdrawalCountsFromItsOwnInstant) {
  ASSERT_TRUE(say(Action::withdraw, noon + 5));
  land(MovementRow{.at = noon + 30});
  const auto shown = say(Action::grant, noon + 20);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->consent.verdict.stand, Stand::granted);
  EXPECT_EQ(shown->consent.verdict.granted_from_ms, noon + 20);
  EXPECT_EQ(joined(rows("SELECT timestamp - " + std::to_string(noon) +
                        " FROM accelerometer_trusted WHERE user = 'ann@example.com'")),
            "30");
}

TEST_F(ConsentCommand, StatementWithoutATimeCountsNow) {
  const auto shown = say(Action::withdraw);
  EXPECT_EQ(shown->consent.verdict.decided_by->at_ms, clock_.wall_ms());
  EXPECT_EQ(shown->consent.since_ms, clock_.wall_ms());
}

TEST_F(ConsentCommand, ImplausibleTimeCountsAsItsReceipt) {
  const auto shown = say(Action::withdraw, 5);
  EXPECT_EQ(shown->consent.verdict.decided_by->at_ms, clock_.wall_ms());
}

TEST_F(ConsentCommand, WithdrawalBeforeALaterGrantChangesNothingAndSaysSo) {
  const auto shown = say(Action::withdraw, noon - 5);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->consent.verdict.stand, Stand::granted);
  EXPECT_EQ(count("customer_trusted"), 2);
}

TEST_F(ConsentCommand, IsInTheLedgerAsAnOperatorsStatement) {
  const auto shown = say(Action::withdraw);
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->ledger.rows.size(), 2U);
  EXPECT_EQ(shown->ledger.rows.back()[2], Value(std::string("withdraw")));
  EXPECT_EQ(shown->ledger.rows.back()[4], Value(std::string("operator")));
  const auto verified = verify_ledger(store_, {});
  ASSERT_TRUE(verified);
  EXPECT_FALSE(verified->finding);
}

TEST_F(ConsentCommand, EmailIsMatchedByIdentity) {
  ASSERT_TRUE(say(Action::withdraw, std::nullopt, "  ANN@Example.com\t"));
  EXPECT_EQ(joined(rows("SELECT email FROM customer_trusted")), "bob@example.com");
}

TEST_F(ConsentCommand, UnknownEmailFailsLandsNothingAndIsNotRepeated) {
  for (const bool says : {true, false}) {
    const auto shown = says ? say(Action::grant, std::nullopt, "nobody@example.com")
                            : show_consent(store_, "nobody@example.com", clock_);
    ASSERT_FALSE(shown);
    EXPECT_EQ(shown.error().fault, Fault::failed);
    EXPECT_EQ(shown.error().message.find("nobody@"), std::string::npos);
  }
  EXPECT_EQ(*landing_->integer("SELECT COUNT(*) FROM consent"), 0);
  EXPECT_EQ(*landing_->integer("SELECT COUNT(*) FROM subject"), 2);
}

TEST_F(ConsentCommand, EmptyEmailIsAUsageError) {
  const auto shown = show_consent(store_, " \t", clock_);
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().fault, Fault::usage);
}

TEST_F(ConsentCommand, PersonWithoutACustomerRecordStandsNowhere) {
  land(MovementRow{.user = "stranger@example.com"});
  const auto shown = say(Action::grant, std::nullopt, "stranger@example.com");
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->consent.verdict.stand, Stand::no_record);
}

TEST_F(ConsentCommand, ReaderOfOldRowsIsAFailureOnceTheTablesAreClean) {
  auto reader = *sqlite::Database::open(zones_file(store_.dir, Profile::strict), sqlite::Access::read_only);
  ASSERT_TRUE(reader.execute("BEGIN"));
  ASSERT_EQ(*reader.integer("SELECT COUNT(*) FROM customer_trusted"), 2);
  const auto held_up = say(Action::withdraw);
  ASSERT_FALSE(held_up);
  EXPECT_EQ(held_up.error().fault, Fault::failed);
  EXPECT_NE(held_up.error().message.find("zones-strict.db"), std::string::npos);
  EXPECT_EQ(count("customer_trusted"), 1) << "for everybody else";
  EXPECT_EQ(count("customer_trusted", Profile::reference), 1) << "and in the other profile";
  ASSERT_TRUE(reader.execute("COMMIT"));
  ASSERT_TRUE(say(Action::withdraw));
  EXPECT_EQ(bytes_of_zones(Profile::strict).find("ann@"), std::string::npos);
}

TEST_F(ConsentCommand, DamagedProfileDoesNotKeepTheOtherFromFollowing) {
  for (const std::string suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(zones_file(store_.dir, Profile::strict).string() + suffix);
  }
  test::write_text(zones_file(store_.dir, Profile::strict), std::string(8192, 'x'));
  const auto shown = say(Action::withdraw);
  ASSERT_FALSE(shown);
  EXPECT_NE(shown.error().message.find("zones-strict.db"), std::string::npos) << shown.error().message;
  EXPECT_EQ(count("customer_trusted", Profile::reference), 1);
}

TEST_F(ConsentCommand, ProfileThatWasNeverRunIsNotMade) {
  std::filesystem::remove(zones_file(store_.dir, Profile::reference));
  ASSERT_TRUE(say(Action::withdraw));
  EXPECT_FALSE(std::filesystem::exists(zones_file(store_.dir, Profile::reference)));
}

// A crash right after the statement landed: everything else is made good by whatever comes next.
TEST_F(ConsentCommand, StatementThatLandedAloneIsAppliedByTheNextCommand) {
  land(EventRow{.action = "withdraw", .at = noon + 9});
  const auto shown = say(Action::withdraw, noon + 9, "bob@example.com");
  ASSERT_TRUE(shown);
  for (const Profile profile : all_profiles) EXPECT_EQ(count("customer_trusted", profile), 0);
  EXPECT_EQ(ledger_head(store_)->entries, 4);
}

TEST_F(ConsentCommand, SaysWhichRuleAndStatementDecided) {
  const auto why = [&] { return show_consent(store_, "ann@example.com", clock_)->consent.why; };
  EXPECT_NE(why().find("rule 2: agreed by the customer record received"), std::string::npos) << why();
  ASSERT_TRUE(say(Action::withdraw));
  EXPECT_NE(why().find("rule 2: no grant is later than the withdrawal received"), std::string::npos) << why();
  land(CustomerRow{.serial = "S-ann@example.com", .updated = noon + 50});
  land(CustomerRow{.serial = "S-ann@example.com", .updated = noon + 50, .research = noon});
  EXPECT_NE(why().find("rule 1"), std::string::npos) << why();
}

}  // namespace
}  // namespace stedi::lakehouse
