// Rules 1 and 2 on random statements: the fold that gives each ledger entry its effect, the job that the
// tables follow and the reconciliation, each held to the oracle.
#include "lakehouse/consent/standing.hpp"

#include "lakehouse/consent/ledger.hpp"
#include "lakehouse/consent/person.hpp"
#include "lakehouse/store/store_files.hpp"
#include "lakehouse/tables/job.hpp"
#include "lakehouse/tables/sql_files.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/unit/lakehouse/random_rows.hpp"

namespace stedi::lakehouse {
namespace {

class StandingLaw : public StoreFixture {
 protected:
  StandingLaw() { EXPECT_TRUE(landing_->execute("PRAGMA synchronous = OFF")); }
  // What the job subject_state says of everything that has landed: "granted|5".
  std::string by_the_job() {
    auto rows =
        *landing_->prepare("SELECT status, granted_from_ms FROM (" + select_of("subject_state") + ")");
    if (!*rows.step()) return "no_record|";
    return std::string(rows.text(0)) + "|" + std::string(rows.text(1));
  }
  // What the reconciliation says, written apart from it.
  std::string by_the_reconciliation() {
    auto rows = *landing_->prepare("SELECT obstacle, granted_from_ms FROM (" +
                                   sql_text("reconcile/person_by_rules.sql") + ")");
    if (!*rows.step()) return "no_record|";
    if (rows.is_null(0)) return "granted|" + std::string(rows.text(1));
    return rows.text(0) == "not_granted" ? "not_granted|" : "ambiguous|";
  }
  std::string by_the_oracle() {
    const auto stands = oracle::stands(landed());
    if (stands.empty()) return "no_record|";
    const auto& [status, from_ms] = stands.begin()->second;
    return std::string(status) + "|" + (from_ms ? std::to_string(*from_ms) : "");
  }
  std::string by_the_fold() {
    if (*landing_->integer("SELECT COUNT(*) FROM subject") == 0) return "no_record|";
    const Verdict verdict = lakehouse::consent_of(*landing_, "main", {1, ""})->verdict;
    return std::string(stand_name(verdict.stand)) + "|" +
           (verdict.granted_from_ms ? std::to_string(*verdict.granted_from_ms) : "");
  }
  // For whoever reads a failure.
  std::string everything() {
    auto rows = *landing_->prepare(
        "SELECT 'record', ingest_id, lastUpdateDate, last_update_invalid, shareWithResearchAsOfDate, "
        "received, "
        "trainer_id, canonical FROM customer UNION ALL "
        "SELECT action, ingest_id, timestamp, '', purpose, received, '', '' FROM consent");
    std::string text;
    while (*rows.step()) {
      text += "\n";
      for (int i = 0; i < rows.column_count(); ++i) text += std::string(rows.text(i)) + " ";
    }
    return text;
  }
  void came_in_batch(const std::string& table, std::int64_t ingest_id, std::int64_t batch) {
    ASSERT_TRUE(landing_->execute("UPDATE " + table + " SET batch_id = " + std::to_string(batch) +
                                  " WHERE ingest_id = " + std::to_string(ingest_id)));
  }
  std::vector<std::string> by_the_ledger() {
    auto ledger = *sqlite::Database::open(ledger_file(store_), sqlite::Access::read_only);
    auto rows = *ledger.prepare("SELECT effect, granted_from FROM consent_ledger ORDER BY entry");
    std::vector<std::string> effects;
    while (*rows.step()) effects.push_back(std::string(rows.text(0)) + "|" + std::string(rows.text(1)));
    return effects;
  }
};

TEST_F(StandingLaw, FoldJobAndReconciliationOfEveryPrefixAreWhatTheRulesSay) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    ASSERT_TRUE(landing_->execute("DELETE FROM customer; DELETE FROM consent"));
    RandomRows statements(seed);
    for (std::size_t i = 0; i < 2 + seed % 10; ++i) {
      if (statements.random() % 2 == 0) {
        land(statements.record());
      } else {
        land(statements.event());
      }
      const std::string expected = by_the_oracle();
      ASSERT_EQ(by_the_fold(), expected) << "seed " << seed << ", statement " << i << everything();
      ASSERT_EQ(by_the_job(), expected) << "seed " << seed << ", statement " << i << everything();
      ASSERT_EQ(by_the_reconciliation(), expected) << "seed " << seed << ", statement " << i << everything();
    }
  }
}

TEST_F(StandingLaw, EveryEntrysEffectIsWhatTheRulesSayAfterThatStatementWheneverItIsRecorded) {
  std::vector<std::string> expected;
  RandomRows statements(1);
  const auto record = [&] { return record_consent(store_, *landing_, "main", clock_); };
  for (std::int64_t i = 0; i < 40; ++i) {
    if (statements.random() % 2 == 0) {
      came_in_batch("customer", land(statements.record()), i);
      expected.push_back(by_the_oracle());
    } else {
      const EventRow event = statements.event();
      came_in_batch("consent", land(event), i);
      if (event.purpose == "research") expected.push_back(by_the_oracle());
    }
    if (i % 9 == 0) {
      ASSERT_TRUE(record());
    }
  }
  ASSERT_TRUE(record());
  EXPECT_EQ(by_the_ledger(), expected);
}

TEST_F(StandingLaw, EffectsAreTheSameHoweverFewPeopleAreHeldInMemory) {
  std::vector<std::vector<std::string>> effects;
  for (const std::size_t held : {std::size_t{1}, std::size_t{2}, std::size_t{3}, max_held_people}) {
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(ledger_file(store_).string() + suffix);
    if (effects.empty()) {
      RandomRows statements(2);
      for (std::int64_t i = 0; i < 60; ++i) {
        const std::string email = statements.email();
        if (statements.random() % 2 == 0) {
          CustomerRow row = statements.record();
          row.email = email;
          came_in_batch("customer", land(row), i);
        } else {
          EventRow row = statements.event();
          row.email = email;
          came_in_batch("consent", land(row), i);
        }
      }
    }
    const auto recorded = record_consent(store_, *landing_, "main", clock_, held);
    ASSERT_TRUE(recorded) << recorded.error().message;
    effects.push_back(by_the_ledger());
    EXPECT_EQ(effects.back(), effects.front()) << held;
  }
  EXPECT_GT(effects.front().size(), 50U);
}

}  // namespace
}  // namespace stedi::lakehouse
