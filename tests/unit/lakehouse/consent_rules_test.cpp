// Rules 1 to 3 of the policy (docs/policy.md): the current record, and from when consent runs.
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class ConsentRules : public StoreFixture {
 protected:
  std::string consent_after_run(const std::string& email = "ann@example.com") {
    run();
    return consent_of(email);
  }
};

std::string granted_from(std::int64_t from) {
  return "granted|" + std::to_string(from);
}
const std::string not_granted = "not_granted|";
const std::string ambiguous = "ambiguous|";

// ---- Rule 1: the current record

TEST_F(ConsentRules, ResearchDateOfTheOnlyRecordGrantsFromThatDate) {
  land(CustomerRow{.research = noon + 5});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 5));
}

TEST_F(ConsentRules, RecordWithoutResearchDateGrantsNothing) {
  land(CustomerRow{});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, GreatestLastUpdateIsCurrentWhateverTheOrderOfLanding) {
  land(CustomerRow{.updated = noon + 10, .research = noon + 10});
  land(CustomerRow{.updated = noon, .research = noon});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 10));
}

TEST_F(ConsentRules, AbsentLastUpdateCountsAsZero) {
  land(CustomerRow{.updated = std::nullopt, .research = noon + 7});
  land(CustomerRow{.updated = year_2000, .research = noon + 3});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 3));
}

TEST_F(ConsentRules, LastUpdateBefore2000CountsAsZeroAndTiesWithAnAbsentOne) {
  land(CustomerRow{.updated = year_2000 - 1, .research = noon + 7});
  land(CustomerRow{.updated = std::nullopt, .research = noon + 3});
  EXPECT_EQ(consent_after_run(), ambiguous);
}

TEST_F(ConsentRules, LastUpdateOfExactly2000StandsAsItIs) {
  land(CustomerRow{.updated = year_2000, .research = noon + 7});
  land(CustomerRow{.updated = year_2000 - 1, .research = noon + 3});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 7));
}

TEST_F(ConsentRules, LastUpdateOver24HoursAfterReceiptCountsAsTheReceipt) {
  land(CustomerRow{.updated = receipt + one_day + 1, .research = noon + 7});
  land(CustomerRow{.updated = receipt + 1, .research = noon + 3});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 3));
}

TEST_F(ConsentRules, LastUpdateOfExactly24HoursAfterReceiptStandsAsItIs) {
  land(CustomerRow{.updated = receipt + one_day, .research = noon + 7});
  land(CustomerRow{.updated = receipt + 1, .research = noon + 3});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 7));
}

TEST_F(ConsentRules, InvalidLastUpdateCountsAsTheReceipt) {
  land(CustomerRow{.updated = std::nullopt, .research = noon + 7, .updated_is_invalid = true});
  land(CustomerRow{.updated = receipt - 1, .research = noon + 3});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 7));
}

TEST_F(ConsentRules, TieThatAgreesTakesTheGreatestCanonicalRecord) {
  land(CustomerRow{.research = noon, .name = "Zoe"});
  land(CustomerRow{.research = noon, .name = "Ann"});
  run();
  EXPECT_EQ(joined(rows("SELECT customerName FROM customer_trusted")), "Zoe");
}

TEST_F(ConsentRules, TieWithDifferentResearchDatesIsAmbiguous) {
  land(CustomerRow{.research = noon});
  land(CustomerRow{.research = noon + 1});
  EXPECT_EQ(consent_after_run(), ambiguous);
}

TEST_F(ConsentRules, TieOfAValidDateAndNoneIsAmbiguous) {
  land(CustomerRow{.research = noon});
  land(CustomerRow{});
  EXPECT_EQ(consent_after_run(), ambiguous);
}

TEST_F(ConsentRules, TieOfTwoInvalidResearchDatesAgrees) {
  land(CustomerRow{.research = 0, .name = "A"});
  land(CustomerRow{.research = -5, .name = "B"});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, TieWithDifferentSerialsIsAmbiguous) {
  land(CustomerRow{.serial = "S1", .research = noon});
  land(CustomerRow{.serial = "S2", .research = noon});
  EXPECT_EQ(consent_after_run(), ambiguous);
}

TEST_F(ConsentRules, TieOfASerialAndNoneIsAmbiguous) {
  land(CustomerRow{.serial = "S1", .research = noon});
  land(CustomerRow{.serial = " ", .research = noon});
  EXPECT_EQ(consent_after_run(), ambiguous);
}

TEST_F(ConsentRules, TieOfOneSerialSpelledTwiceAgrees) {
  land(CustomerRow{.serial = "S1", .research = noon});
  land(CustomerRow{.serial = " S1 ", .research = noon});
  EXPECT_EQ(consent_after_run(), granted_from(noon));
}

TEST_F(ConsentRules, AmbiguityOfSupersededRecordsDoesNotMatter) {
  land(CustomerRow{.updated = noon, .research = noon});
  land(CustomerRow{.updated = noon, .research = noon + 1});
  land(CustomerRow{.updated = noon + 1, .research = noon + 9});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 9));
}

TEST_F(ConsentRules, AmbiguousStaysSoWhateverGrantEventsSay) {
  land(CustomerRow{.research = noon});
  land(CustomerRow{.research = noon + 1});
  land(EventRow{.at = noon + 50});
  EXPECT_EQ(consent_after_run(), ambiguous);
  EXPECT_EQ(count("customer_trusted"), 0);
}

// ---- Valid research dates

TEST_F(ConsentRules, ResearchDateOfExactly24HoursAfterReceiptIsValid) {
  land(CustomerRow{.research = receipt + one_day});
  EXPECT_EQ(consent_after_run(), granted_from(receipt + one_day));
}

TEST_F(ConsentRules, ResearchDateOver24HoursAfterReceiptIsNone) {
  land(CustomerRow{.research = receipt + one_day + 1});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, ResearchDateMustBePositive) {
  land(CustomerRow{.research = 0});
  EXPECT_EQ(consent_after_run(), not_granted);
}

// A flag, or a date in seconds: it granted since 1970.
TEST_F(ConsentRules, ResearchDateBefore2000IsNone) {
  for (const std::int64_t date : {std::int64_t{1}, noon / 1'000, year_2000 - 1}) {
    land(CustomerRow{.email = std::to_string(date) + "@example.com", .research = date});
    land(MovementRow{.user = std::to_string(date) + "@example.com", .at = noon + 1});
  }
  run();
  EXPECT_EQ(count("customer_trusted"), 0);
  EXPECT_EQ(excluded("accelerometer", "not_granted"), 3);
}

TEST_F(ConsentRules, ResearchDateOfExactly2000IsValid) {
  land(CustomerRow{.updated = year_2000 + 1, .research = year_2000});
  EXPECT_EQ(consent_after_run(), granted_from(year_2000));
}

TEST_F(ConsentRules, EachCopyOfARecordIsJudgedByItsOwnReceipt) {
  // Received early the date lies too far ahead; the copy received in time is valid: the tie disagrees.
  land(CustomerRow{.updated = noon, .research = noon + 3 * one_day, .received = noon});
  land(CustomerRow{.updated = noon, .research = noon + 3 * one_day, .received = noon + 3 * one_day});
  EXPECT_EQ(consent_after_run(), ambiguous);
}

// ---- Rule 2: withdrawals and grants

TEST_F(ConsentRules, WithdrawEventAfterTheGrantWithdraws) {
  land(CustomerRow{.research = noon});
  land(EventRow{.action = "withdraw", .at = noon + 10});
  EXPECT_EQ(consent_after_run(), not_granted);
  EXPECT_EQ(count("customer_trusted"), 0);
}

TEST_F(ConsentRules, WithdrawEventBeforeTheGrantLeavesIt) {
  land(CustomerRow{.research = noon});
  land(EventRow{.action = "withdraw", .at = noon - 1});
  EXPECT_EQ(consent_after_run(), granted_from(noon));
}

TEST_F(ConsentRules, WithdrawalAtTheInstantOfTheGrantWins) {
  land(CustomerRow{.research = noon});
  land(EventRow{.action = "withdraw", .at = noon});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, GrantEventAfterAWithdrawalGrantsFromItsTime) {
  land(CustomerRow{.research = noon});
  land(EventRow{.action = "withdraw", .at = noon + 10});
  land(EventRow{.action = "grant", .at = noon + 20});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 20));
}

TEST_F(ConsentRules, GrantEventAloneGrants) {
  land(CustomerRow{});
  land(EventRow{.at = noon + 20});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 20));
}

TEST_F(ConsentRules, ConsentRunsFromTheEarliestGrantAfterTheWithdrawal) {
  land(CustomerRow{.research = noon + 30});
  land(EventRow{.action = "withdraw", .at = noon + 10});
  land(EventRow{.action = "grant", .at = noon + 20});
  land(EventRow{.action = "grant", .at = noon + 5});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 20));
}

TEST_F(ConsentRules, LaterRecordWithoutResearchDateWithdraws) {
  land(CustomerRow{.updated = noon, .research = noon});
  land(CustomerRow{.updated = noon + 10});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, SupersededRecordWithoutResearchDateStillWithdrawsOlderGrants) {
  // Dropped at noon + 10; the newest record repeats the old date, which lies before that.
  land(CustomerRow{.updated = noon + 10});
  land(CustomerRow{.updated = noon + 20, .research = noon});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, NewDateAfterASupersededRefusalGrants) {
  land(CustomerRow{.updated = noon + 10});
  land(CustomerRow{.updated = noon + 20, .research = noon + 11});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 11));
}

TEST_F(ConsentRules, StaleRecordResentAfterAWithdrawalGrantsNothing) {
  land(CustomerRow{.updated = noon, .research = noon});
  land(EventRow{.action = "withdraw", .at = noon + 10});
  land(CustomerRow{.updated = noon, .research = noon, .received = receipt + 5'000});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, RefusalWithInvalidLastUpdateWithdrawsAsOfItsReceipt) {
  land(CustomerRow{.updated = noon, .research = noon + 50});
  land(CustomerRow{.updated = std::nullopt, .received = noon + 60, .updated_is_invalid = true});
  EXPECT_EQ(consent_after_run(), not_granted);
}

// Absent, null, 0, in seconds or in nanoseconds: it withdrew as of 1970, that is never.
TEST_F(ConsentRules, RefusalWithoutAPlausibleLastUpdateWithdrawsAsOfItsReceipt) {
  const std::vector<std::optional<std::int64_t>> updates = {
      std::nullopt, 0, noon / 1'000, year_2000 - 1, noon * 1'000, receipt + one_day + 1};
  for (std::size_t i = 0; i < updates.size(); ++i) {
    const std::string email = std::to_string(i) + "@example.com";
    land(CustomerRow{.email = email, .research = noon});
    land(CustomerRow{.email = email, .updated = updates[i], .received = receipt});
    EXPECT_EQ(consent_after_run(email), not_granted) << i;
  }
}

TEST_F(ConsentRules, RefusalWithoutALastUpdateLeavesAGrantSaidAfterItsReceipt) {
  land(CustomerRow{.updated = std::nullopt, .received = noon + 5});
  land(EventRow{.at = noon + 6});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 6));
}

// Whatever the order in which they land.
TEST_F(ConsentRules, StaleRefusalSentAgainIsNoNewWithdrawal) {
  for (const auto& [email, first, second] :
       {std::tuple("a@x.org", noon + 5, receipt), std::tuple("b@x.org", receipt, noon + 5)}) {
    land(CustomerRow{.email = email, .updated = std::nullopt, .received = first});
    land(EventRow{.email = email, .at = noon + 10});
    land(CustomerRow{.email = email, .updated = std::nullopt, .received = second});
    EXPECT_EQ(consent_after_run(email), granted_from(noon + 10)) << email;
  }
}

TEST_F(ConsentRules, AnotherRefusalWithoutALastUpdateIsANewWithdrawal) {
  land(CustomerRow{.updated = std::nullopt, .received = noon + 5});
  land(EventRow{.at = noon + 10});
  land(CustomerRow{.updated = std::nullopt, .received = receipt, .name = "Anna"});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, GrantDatedAfterItsReceiptCountsAsOfItsReceiptAgainstAWithdrawal) {
  // Dated ahead, but said before the withdrawal: the withdrawal was the last word.
  land(CustomerRow{.research = receipt + 1'000});
  land(EventRow{.action = "withdraw", .at = receipt + 500, .received = receipt + 500});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, GrantDatedAfterItsReceiptStartsAtItsDate) {
  land(CustomerRow{.research = receipt + 1'000});
  land(EventRow{.action = "withdraw", .at = receipt - 1});
  EXPECT_EQ(consent_after_run(), granted_from(receipt + 1'000));
}

TEST_F(ConsentRules, GrantEventDatedAheadCountsAsOfItsReceiptAgainstAWithdrawal) {
  land(CustomerRow{});
  land(EventRow{.action = "grant", .at = receipt + 1'000});
  land(EventRow{.action = "withdraw", .at = receipt, .received = receipt + 9'000});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, FutureDatedRecordResentAfterAWithdrawalGrantsNothing) {
  // Judged alone, the copy would be a grant as of its own receipt, after the withdrawal.
  const CustomerRow ahead{.research = receipt + 10'000};
  land(ahead);
  land(EventRow{.action = "withdraw", .at = receipt + 500, .received = receipt + 500});
  CustomerRow again = ahead;
  again.received = receipt + 1'000;
  land(again);
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, FutureDatedGrantEventResentAfterAWithdrawalGrantsNothing) {
  land(CustomerRow{});
  land(EventRow{.at = receipt + 10'000});
  land(EventRow{.action = "withdraw", .at = receipt + 500, .received = receipt + 500});
  land(EventRow{.at = receipt + 10'000, .received = receipt + 1'000});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, NewFutureDatedGrantAfterAWithdrawalGrants) {
  land(CustomerRow{.research = receipt + 10'000});
  land(EventRow{.action = "withdraw", .at = receipt + 500, .received = receipt + 500});
  land(EventRow{.at = receipt + 10'001, .received = receipt + 1'000});
  EXPECT_EQ(consent_after_run(), granted_from(receipt + 10'001));
}

TEST_F(ConsentRules, CopyOfARecordThatWasTooFarAheadToCountIsJudgedAlone) {
  // The first copy's date was no valid one: it said nothing.
  land(CustomerRow{.updated = noon, .research = noon + 3 * one_day, .received = noon});
  land(CustomerRow{.updated = noon + 1, .research = noon + 3 * one_day, .received = noon + 3 * one_day});
  EXPECT_EQ(consent_after_run(), granted_from(noon + 3 * one_day));
}

TEST_F(ConsentRules, EventBefore2000CountsAsItsReceipt) {
  land(CustomerRow{});
  land(EventRow{.at = year_2000 - 1, .received = receipt});
  EXPECT_EQ(consent_after_run(), granted_from(receipt));
}

TEST_F(ConsentRules, EventOver24HoursAheadCountsAsItsReceipt) {
  land(CustomerRow{});
  land(EventRow{.at = receipt + one_day + 1});
  EXPECT_EQ(consent_after_run(), granted_from(receipt));
}

TEST_F(ConsentRules, EventOfExactly24HoursAheadStandsAsItIs) {
  land(CustomerRow{});
  land(EventRow{.at = receipt + one_day});
  EXPECT_EQ(consent_after_run(), granted_from(receipt + one_day));
}

TEST_F(ConsentRules, ImplausibleWithdrawalCountsAsItsReceiptAndWithdraws) {
  land(CustomerRow{.research = noon});
  land(EventRow{.action = "withdraw", .at = 0});
  EXPECT_EQ(consent_after_run(), not_granted);
}

TEST_F(ConsentRules, OtherPurposesChangeNothing) {
  land(CustomerRow{.research = noon});
  land(EventRow{.action = "withdraw", .at = noon + 10, .purpose = "marketing"});
  land(EventRow{.action = "withdraw", .at = noon + 10, .purpose = "Research"});
  EXPECT_EQ(consent_after_run(), granted_from(noon));
}

TEST_F(ConsentRules, EventsOfAnotherPersonChangeNothing) {
  land(CustomerRow{.research = noon});
  land(CustomerRow{.email = "bob@example.com"});
  land(EventRow{.email = "bob@example.com", .action = "withdraw", .at = noon + 10});
  EXPECT_EQ(consent_after_run(), granted_from(noon));
}

TEST_F(ConsentRules, GrantEventsWithoutACustomerRecordGrantNothing) {
  land(EventRow{.at = noon});
  land(MovementRow{.at = noon + 1});
  EXPECT_EQ(consent_after_run(), "");
  EXPECT_EQ(count("accelerometer_trusted"), 0);
  EXPECT_EQ(excluded("accelerometer", "unknown_subject"), 1);
}

// ---- What a person's records come to

TEST_F(ConsentRules, TrustedCustomerIsShownByEmailIdentityAndTrimmedSerial) {
  land(CustomerRow{.email = " Ann@Example.COM ", .serial = " S1 ", .research = noon});
  run();
  EXPECT_EQ(joined(rows("SELECT email, serialNumber FROM customer_trusted")), "ann@example.com|S1");
}

TEST_F(ConsentRules, CustomerRecordsAreCountedAsDuplicateOrSuperseded) {
  land(CustomerRow{.updated = noon, .research = noon});
  land(CustomerRow{.updated = noon + 1, .research = noon});
  land(CustomerRow{.updated = noon + 1, .research = noon});
  run();
  EXPECT_EQ(excluded("customer", "superseded"), 1);
  EXPECT_EQ(excluded("customer", "duplicate"), 1);
  EXPECT_EQ(count("customer_trusted"), 1);
}

TEST_F(ConsentRules, CopiesOfAWithdrawnRecordAreSuperseded) {
  land(CustomerRow{});
  land(CustomerRow{});
  run();
  EXPECT_EQ(excluded("customer", "superseded"), 1);
  EXPECT_EQ(excluded("customer", "not_granted"), 1);
}

}  // namespace
}  // namespace stedi::lakehouse
