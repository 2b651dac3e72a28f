// The consent ledger: what it records, and that no edit, deletion, reordering, truncation or rewrite goes
// unseen.
#include "lakehouse/consent/ledger.hpp"

#include <sys/stat.h>

#include "core/digest/digest.hpp"
#include "lakehouse/care/backup.hpp"
#include "lakehouse/consent/ledger_verify.hpp"
#include "lakehouse/consent/sealed_text.hpp"
#include "lakehouse/import/import.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/ledger_key.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class Ledger : public StoreFixture {
 protected:
  // Three people agree, one by one; then the second one withdraws: entries 1 to 4.
  Ledger() {
    for (const std::string email : {"ann@example.com", "bob@example.com", "cid@example.com"}) {
      land_person(email, "S-" + email);
    }
    land(EventRow{.email = "bob@example.com", .action = "withdraw", .at = noon + 5});
    record();
  }
  void record() {
    const auto recorded = record_consent(store_, *landing_, "main", clock_);
    ASSERT_TRUE(recorded) << recorded.error().message;
  }
  sqlite::Database open() { return *sqlite::Database::open(ledger_file(store_), sqlite::Access::read_write); }
  void tamper(const std::string& sql) {
    auto ledger = open();
    const auto done = ledger.execute("PRAGMA synchronous = OFF;" + sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<std::string> entries(const std::string& columns) {
    auto ledger = open();
    auto rows = *ledger.prepare("SELECT " + columns + " FROM consent_ledger ORDER BY entry");
    std::vector<std::string> lines;
    while (*rows.step()) {
      std::string line;
      for (int i = 0; i < rows.column_count(); ++i) line += (i == 0 ? "" : "|") + std::string(rows.text(i));
      lines.push_back(line);
    }
    return lines;
  }
  // The first bad entry; 0: none.
  std::int64_t first_bad(const std::vector<std::filesystem::path>& manifests = {}) {
    const auto verified = verify_ledger(store_, manifests);
    EXPECT_TRUE(verified) << verified.error().message;
    return verified && verified->finding ? verified->finding->entry : 0;
  }
  std::string finding() {
    const auto verified = verify_ledger(store_, {});
    return verified && verified->finding ? verified->finding->what : "";
  }
  std::filesystem::path anchor_file() {
    return lakehouse::anchor_file(store_, *landing_->text("SELECT store_uuid FROM store"));
  }
  void remove_ledger() {
    for (const std::string suffix : {"", "-wal", "-shm"}) {
      std::filesystem::remove(ledger_file(store_).string() + suffix);
    }
  }
};

// ---- What it records

TEST_F(Ledger, EveryStatementHasAnEntryWithItsEffectInOrderOfLanding) {
  EXPECT_EQ(
      joined(entries("entry, statement, effect, granted_from - " + std::to_string(noon) + ", changed")),
      "1|customer|granted|0|1; 2|customer|granted|0|1; 3|customer|granted|0|1; 4|withdraw|not_granted||1");
}

TEST_F(Ledger, StaleStatementIsRecordedAsChangingNothing) {
  land(CustomerRow{.email = "bob@example.com", .serial = "S-bob@example.com", .research = noon});
  record();
  EXPECT_EQ(entries("effect, changed").back(), "not_granted|0");
}

TEST_F(Ledger, RecordingAgainAddsNothing) {
  record();
  record();
  EXPECT_EQ(entries("entry").size(), 4U);
}

TEST_F(Ledger, ConsentOfAnotherPurposeHasNoEntry) {
  land(EventRow{.purpose = "marketing"});
  record();
  EXPECT_EQ(entries("entry").size(), 4U);
}

TEST_F(Ledger, NamesPeopleByAPseudonymThatIsNotTheOneOfTheMlTable) {
  const auto subjects = entries("DISTINCT subject");
  ASSERT_EQ(subjects.size(), 3U);
  const auto key = LedgerKey::of_store(store_);
  EXPECT_EQ(subjects[0], key->subject("ann@example.com"));
  run();
  EXPECT_EQ(rows("SELECT subject FROM pseudonym WHERE subject = '" + subjects[0] + "'").size(), 0U);
}

TEST_F(Ledger, HoldsNoTextOfAnybody) {
  tamper("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string bytes = test::read_text(ledger_file(store_));
  for (const std::string text : {"ann@", "example.com", "S-ann", "Ann"}) {
    EXPECT_EQ(bytes.find(text), std::string::npos) << text;
  }
}

TEST_F(Ledger, CauseOfAnImportIsFileAndLine) {
  std::filesystem::create_directories(folder_ / "data");
  const std::string text =
      "\n"
      R"({"email":"ann@example.com","purpose":"research","action":"withdraw","timestamp":5})";
  test::write_text(folder_ / "data/consent.json", text);
  ASSERT_TRUE(
      landing::import_files(store_.dir, *landing::find_import_files({folder_ / "data"}), clock_, nullptr));
  record();
  EXPECT_EQ(entries("cause, origin").back(), "import|" + hex(sha256(text)).substr(0, 16) + ":2");
}

TEST_F(Ledger, CauseOfADevicesBatchIsThatBatch) {
  ASSERT_TRUE(landing_->execute(
      "INSERT INTO source (source_id, kind, stream, device, boot) VALUES (7, 'device', 'consent', 'd', 'b');"
      "INSERT INTO batch (batch_id, source_id, seq, received, landed, quarantined) VALUES (41, 7, 3, 1, 1, "
      "0);"));
  const std::int64_t id = land(EventRow{.action = "withdraw", .at = noon + 9});
  ASSERT_TRUE(landing_->execute("UPDATE consent SET batch_id = 41 WHERE ingest_id = " + std::to_string(id)));
  record();
  EXPECT_EQ(entries("cause, origin").back(), "mqtt|batch 41");
}

TEST_F(Ledger, RunRecordsBeforeTheZonesShow) {
  land(EventRow{.email = "ann@example.com", .action = "withdraw", .at = noon + 9});
  run();
  EXPECT_EQ(entries("statement, effect, changed").back(), "withdraw|not_granted|1");
}

TEST_F(Ledger, IsInABackupAndWholeAfterItsRestore) {
  ASSERT_TRUE(backup_store(store_, folder_ / "copy", clock_));
  const StoreFolder restored{folder_ / "again", store_.keys_dir};
  const auto done = restore_store(folder_ / "copy", restored, ExistingStore::refuse, clock_);
  ASSERT_TRUE(done) << done.error().message;
  const auto verified = verify_ledger(restored, {});
  ASSERT_TRUE(verified);
  EXPECT_FALSE(verified->finding);
  EXPECT_EQ(verified->head.entries, 4);
}

// ---- Keys and anchor

TEST_F(Ledger, KeyAndAnchorAreForTheirOwnerAlone) {
  for (const auto& file : {store_.keys_dir / "ledger.key", anchor_file()}) {
    struct stat status {};
    ASSERT_EQ(stat(file.c_str(), &status), 0) << file;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << file;
  }
  EXPECT_EQ(test::read_text(anchor_file()), entries("entry || ' ' || seal").back() + "\n");
}

TEST_F(Ledger, LostOrForeignKeyIsAUsageErrorAndNothingIsRecorded) {
  land(EventRow{.action = "withdraw", .at = noon + 9});
  for (const bool lost : {true, false}) {
    if (lost) std::filesystem::remove(store_.keys_dir / "ledger.key");
    if (!lost) test::write_text(store_.keys_dir / "ledger.key", std::string(32, 'x'));
    const auto recorded = record_consent(store_, *landing_, "main", clock_);
    ASSERT_FALSE(recorded);
    EXPECT_EQ(recorded.error().fault, Fault::usage);
    EXPECT_NE(recorded.error().message.find("--keys"), std::string::npos);
    EXPECT_FALSE(verify_ledger(store_, {}));
    EXPECT_EQ(entries("entry").size(), 4U);
  }
}

TEST_F(Ledger, TablesFollowAWithdrawalEvenWhenTheLedgerCannot) {
  run();
  std::filesystem::remove(store_.keys_dir / "ledger.key");
  land(EventRow{.action = "withdraw", .at = noon + 9});
  EXPECT_FALSE(run_profile(store_, Profile::strict, Extent::when_needed, clock_));
  EXPECT_EQ(joined(rows("SELECT email FROM customer_trusted WHERE email = 'ann@example.com'")), "");
}

TEST_F(Ledger, CrashBeforeTheAnchorIsMadeGoodByTheNextRecording) {
  const std::string old_anchor = test::read_text(anchor_file());
  land(EventRow{.action = "withdraw", .at = noon + 9});
  record();
  test::write_text(anchor_file(), old_anchor);
  EXPECT_EQ(first_bad(), 0);
  record();
  EXPECT_EQ(test::read_text(anchor_file()), entries("entry || ' ' || seal").back() + "\n");
}

// ---- A lost anchor

TEST_F(Ledger, MissingAnchorIsFoundAndGoingOnDoesNotHideIt) {
  const std::string anchor = test::read_text(anchor_file());
  std::filesystem::remove(anchor_file());
  EXPECT_EQ(first_bad(), 5);  // an entry 5 may have been there
  EXPECT_NE(finding().find(anchor_file().string() + " is missing; restore it from your backup"),
            std::string::npos)
      << finding();
  for (int i = 0; i < 3; ++i) {
    record();
    EXPECT_EQ(first_bad(), 5) << i;
    EXPECT_NE(finding().find("the anchor was missing when the ledger continued"), std::string::npos)
        << finding();
    land(EventRow{.action = "withdraw", .at = noon + 9 + i});
  }
  record();
  test::write_text(anchor_file(), entries("entry || ' ' || seal").back() + "\n");  // a person took "lost" out
  EXPECT_EQ(first_bad(), 0);
  test::write_text(anchor_file(), anchor);  // or put the anchor back
  EXPECT_EQ(first_bad(), 0);
}

TEST_F(Ledger, EntriesCutOffTogetherWithTheAnchorLeaveTheLossToBeFound) {
  std::filesystem::remove(anchor_file());
  tamper("DELETE FROM consent_ledger");
  land(EventRow{.action = "withdraw", .at = noon + 9});
  record();
  EXPECT_EQ(first_bad(), 1);
}

TEST_F(Ledger, FirstRunCutShortBeforeItsAnchorIsFoundAndMadeGoodByTheNext) {
  std::filesystem::remove(anchor_file());
  tamper("DELETE FROM meta WHERE name = 'anchored'");
  EXPECT_EQ(first_bad(), 5);
  EXPECT_NE(finding().find("the next `stedi-lakehouse run` writes it"), std::string::npos) << finding();
  record();
  EXPECT_EQ(first_bad(), 0);
  EXPECT_EQ(test::read_text(anchor_file()), entries("entry || ' ' || seal").back() + "\n");
}

// ---- Verification

TEST_F(Ledger, WholeChainVerifies) {
  EXPECT_EQ(first_bad(), 0);
  const auto verified = verify_ledger(store_, {});
  EXPECT_EQ(verified->head, *ledger_head(store_));
  EXPECT_EQ(verified->head.entries, 4);
}

TEST_F(Ledger, StoreWithoutALedgerVerifiesAndMakesNoKey) {
  const StoreFolder empty{folder_ / "empty", folder_ / "empty-keys"};
  ASSERT_TRUE(landing::open_landing_for_writing(empty.dir, clock_));
  const auto verified = verify_ledger(empty, {});
  ASSERT_TRUE(verified);
  EXPECT_FALSE(verified->finding);
  EXPECT_FALSE(std::filesystem::exists(empty.keys_dir));
}

TEST_F(Ledger, EveryEditOfEveryColumnIsFoundAtItsEntry) {
  for (const std::string column : {"recorded", "received", "subject", "statement", "statement_id", "cause",
                                   "origin", "counts_at", "effect", "granted_from", "changed", "seal"}) {
    for (const std::string value : {"'x'", "7", "x'37'", "7.5"}) {
      tamper("CREATE TABLE kept AS SELECT * FROM consent_ledger");
      tamper("UPDATE consent_ledger SET " + column + " = " + value + " WHERE entry = 2");
      EXPECT_EQ(first_bad(), 2) << column << " = " << value;
      tamper("DELETE FROM consent_ledger; INSERT INTO consent_ledger SELECT * FROM kept; DROP TABLE kept");
      ASSERT_EQ(first_bad(), 0);
    }
  }
}

TEST_F(Ledger, EditOfATypeAloneIsFound) {
  tamper("UPDATE consent_ledger SET subject = CAST(subject AS BLOB) WHERE entry = 3");
  EXPECT_EQ(first_bad(), 3);
}

TEST_F(Ledger, DeletionIsFound) {
  tamper("DELETE FROM consent_ledger WHERE entry = 2");
  EXPECT_EQ(first_bad(), 2);
}

TEST_F(Ledger, DeletionThatClosesTheGapIsFound) {
  tamper(
      "DELETE FROM consent_ledger WHERE entry = 2; UPDATE consent_ledger SET entry = entry - 1 WHERE entry > "
      "2");
  EXPECT_EQ(first_bad(), 2);
}

TEST_F(Ledger, ReorderingIsFound) {
  tamper(
      "UPDATE consent_ledger SET entry = -entry WHERE entry IN (2, 3);"
      "UPDATE consent_ledger SET entry = 5 + entry WHERE entry < 0");
  EXPECT_EQ(first_bad(), 2);
}

TEST_F(Ledger, TruncationIsFoundByTheAnchor) {
  tamper("DELETE FROM consent_ledger WHERE entry > 2");
  EXPECT_EQ(first_bad(), 3);
  tamper("DELETE FROM consent_ledger");
  EXPECT_EQ(first_bad(), 1);
  remove_ledger();
  EXPECT_EQ(first_bad(), 1);
}

TEST_F(Ledger, ForgedEntryIsFound) {
  tamper(
      "INSERT INTO consent_ledger SELECT 5, recorded, received, subject, 'grant', 9, cause, origin, "
      "counts_at, effect, "
      "granted_from, changed, seal FROM consent_ledger WHERE entry = 4");
  EXPECT_EQ(first_bad(), 5);
}

TEST_F(Ledger, RewriteByWhoeverHasTheKeyIsFoundByTheAnchorAndByManifests) {
  const LedgerHead before = *ledger_head(store_);
  const std::string anchor = test::read_text(anchor_file());
  remove_ledger();
  std::filesystem::remove(anchor_file());
  clock_.advance_ms(1);
  record();  // the same statements, sealed at another time: a chain that is whole in itself
  EXPECT_EQ(first_bad(), 0);
  test::write_text(folder_ / "manifest.json",
                   R"({"store_uuid":")" + *landing_->text("SELECT store_uuid FROM store") +
                       R"(","consent_ledger":{"entries":4,"head":")" + before.seal + "\"}}");
  EXPECT_EQ(first_bad({folder_ / "manifest.json"}), 4);
  test::write_text(anchor_file(), anchor);
  EXPECT_EQ(first_bad(), 4);
}

TEST_F(Ledger, GoingOnAfterATruncationDoesNotHideIt) {
  tamper("DELETE FROM consent_ledger WHERE entry > 2");
  for (int i = 0; i < 4; ++i) {
    land(EventRow{.action = "withdraw", .at = noon + 9 + i});
    record();
    EXPECT_GT(first_bad(), 0) << i;
  }
}

TEST_F(Ledger, StatementWithoutAnEntryIsFound) {
  remove_ledger();
  std::filesystem::remove(anchor_file());
  ASSERT_TRUE(landing_->execute("UPDATE consent SET purpose = 'marketing'"));
  record();
  ASSERT_TRUE(landing_->execute("UPDATE consent SET purpose = 'research'"));
  EXPECT_EQ(first_bad(), 4);
}

TEST_F(Ledger, GarbageInPlaceOfTheLedgerIsFound) {
  remove_ledger();
  test::write_text(ledger_file(store_), std::string(8192, 'x'));
  EXPECT_EQ(first_bad(), 1);
}

TEST_F(Ledger, LedgerWithoutItsTableIsFound) {
  tamper("DROP TABLE consent_ledger");
  EXPECT_EQ(first_bad(), 1);
}

TEST_F(Ledger, AnotherStoresLedgerIsRefused) {
  tamper("UPDATE meta SET value = 'another'");
  land(EventRow{.action = "withdraw", .at = noon + 9});
  const auto recorded = record_consent(store_, *landing_, "main", clock_);
  ASSERT_FALSE(recorded);
  EXPECT_NE(recorded.error().message.find("another store"), std::string::npos);
}

TEST_F(Ledger, ManifestOfSomethingElseIsAUsageError) {
  test::write_text(folder_ / "manifest.json", "{}");
  const auto verified = verify_ledger(store_, {folder_ / "manifest.json"});
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error().fault, Fault::usage);
}

}  // namespace
}  // namespace stedi::lakehouse
