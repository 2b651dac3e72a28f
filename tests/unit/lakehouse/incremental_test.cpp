// What an incremental run makes anew, and what it leaves alone. That the outcome is right is the law of
// tests/property/incremental_property_test.cpp.
#include <algorithm>
#include <regex>

#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/curator.hpp"
#include "lakehouse/runner/dirty_cells.hpp"
#include "lakehouse/runner/incremental.hpp"
#include "lakehouse/runner/shadows.hpp"
#include "lakehouse/runner/span.hpp"
#include "lakehouse/store/store_files.hpp"
#include "lakehouse/store/zones.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class Incremental : public StoreFixture {
 protected:
  Incremental() {
    land_person("ann@example.com", "S1");
    land_person("bob@example.com", "S2");
    for (const std::int64_t at : {noon + 1, noon + 2}) {
      land(MovementRow{.at = at});
      land(StepRow{.at = at});
      land(MovementRow{.user = "bob@example.com", .at = at});
      land(StepRow{.serial = "S2", .at = at});
    }
    run();
  }
  // Runs again, incrementally, and says what changed: "customer_trusted +1 -1; …".
  std::string changes() {
    const auto report = run_profile(store_, Profile::strict, Extent::when_needed, clock_);
    if (!report) return report.error().message;
    if (report->up_to_date) return "nothing to do";
    if (!report->incremental) return "a full run";
    std::string text;
    for (const TableRun& table : report->tables) {
      if (table.added + table.removed == 0) continue;
      text += (text.empty() ? "" : "; ") + table.table;
      if (table.added > 0) text += " +" + std::to_string(table.added);
      if (table.removed > 0) text += " -" + std::to_string(table.removed);
    }
    return text;
  }
  std::filesystem::path log() { return store_.dir / "zones-strict.db-wal"; }
};

TEST_F(Incremental, NewReadingAddsItsOwnRowsAlone) {
  land(MovementRow{.at = noon + 3});
  EXPECT_EQ(changes(), "accelerometer_trusted +1");
  land(StepRow{.at = noon + 3});
  EXPECT_EQ(changes(), "step_trainer_trusted +1; machine_learning_curated +1");
}

TEST_F(Incremental, EqualReadingChangesNothing) {
  land(MovementRow{.at = noon + 2});
  land(StepRow{.at = noon + 2});
  EXPECT_EQ(changes(), "");
}

TEST_F(Incremental, WithdrawalTakesThePersonOutOfEveryTable) {
  land(EventRow{.action = "withdraw", .at = noon + 9});
  EXPECT_EQ(changes(),
            "subject_state +1 -1; customer_trusted -1; accelerometer_trusted -2; customers_curated -1; "
            "step_trainer_trusted -2; serial_trusted -1; machine_learning_curated -2");
}

TEST_F(Incremental, ChangedAddressTouchesNoReading) {
  land(CustomerRow{.serial = "S1", .updated = noon + 5, .research = noon, .name = "Ann the Second"});
  EXPECT_EQ(changes(), "subject_state +1 -1; customer_trusted +1 -1");
}

TEST_F(Incremental, RecordSentAgainChangesNothing) {
  land_person("ann@example.com", "S1");
  EXPECT_EQ(changes(), "");
}

TEST_F(Incremental, SerialThatGainsACarrierTakesOtherPeoplesRowsAway) {
  land_person("eve@example.com", "S1");
  EXPECT_EQ(changes(),
            "subject_state +1; serial_owner +1 -1; customer_trusted +1; step_trainer_trusted -2; "
            "serial_trusted -1; machine_learning_curated -2");
}

TEST_F(Incremental, FirstTrustedReadingLetsAllTrainerReadingsIn) {
  land_person("eve@example.com", "S3");
  land(StepRow{.serial = "S3", .at = noon + 1});
  land(StepRow{.serial = "S3", .at = noon + 40 * one_day, .received = noon + 40 * one_day});
  ASSERT_EQ(changes(), "subject_state +1; serial_owner +1; customer_trusted +1");
  land(MovementRow{.user = "eve@example.com", .at = noon + 7});
  EXPECT_EQ(changes(),
            "accelerometer_trusted +1; customers_curated +1; step_trainer_trusted +2; serial_trusted +1");
}

TEST_F(Incremental, PairingMovesReadingsFromItsInstantOn) {
  land(PairingRow{.serial = "S1", .email = "bob@example.com", .at = noon + 2});
  EXPECT_EQ(changes(), "serial_owner +2 -1; step_trainer_trusted +1 -1; machine_learning_curated +1 -1");
}

TEST_F(Incremental, ReadingsThatHaveLeftLeaveTheTables) {
  ASSERT_TRUE(landing_->execute(
      "DELETE FROM accelerometer WHERE subject_id = 1 AND timestamp = " + std::to_string(noon + 2) +
      ";INSERT INTO removed_cell (subject_id, from_ms, to_ms) VALUES (1, " + std::to_string(noon + 2) + ", " +
      std::to_string(noon + 3) + ")"));
  EXPECT_EQ(changes(), "accelerometer_trusted -1; machine_learning_curated -1");
}

TEST_F(Incremental, ReadingsThatHaveLeftArePendingUntilTheyAreGone) {
  ASSERT_TRUE(
      landing_->execute("DELETE FROM accelerometer WHERE subject_id = 1;"
                        "INSERT INTO removed_cell (subject_id, from_ms, to_ms) VALUES (1, -9007199254740992, "
                        "9007199254740992)"));
  ASSERT_TRUE(bring_consent_up_to_date(store_, Profile::strict, clock_));
  EXPECT_EQ(count("accelerometer_trusted"), 2);
}

TEST_F(Incremental, ChangedJobTextRebuildsItsTableAndWhatFollowsFromIt) {
  corrupt(
      "UPDATE catalog_table SET job_hash = 'older' WHERE table_name = 'serial_owner'; DELETE FROM "
      "serial_owner");
  EXPECT_EQ(
      changes(),
      "serial_owner +2; step_trainer_trusted +4 -4; serial_trusted +2 -2; machine_learning_curated +4 -4");
  EXPECT_EQ(changes(), "nothing to do");
}

TEST_F(Incremental, ChangedJobTextIsRunBesideWhatHasLanded) {
  corrupt(
      "UPDATE catalog_table SET job_hash = 'older' WHERE table_name = 'machine_learning_curated'; DELETE "
      "FROM "
      "machine_learning_curated_rows");
  land(StepRow{.at = noon + 3});
  land(MovementRow{.at = noon + 3});
  EXPECT_EQ(changes(), "accelerometer_trusted +1; step_trainer_trusted +1; machine_learning_curated +5");
}

TEST_F(Incremental, PeopleOfARebuiltTableKeepTheirPseudonyms) {
  corrupt(
      "UPDATE catalog_table SET job_hash = 'older' WHERE table_name = 'customers_curated'; DELETE FROM "
      "customers_curated_rows; DELETE FROM pseudonym");
  EXPECT_EQ(changes(),
            "customers_curated +2; step_trainer_trusted +4 -4; serial_trusted +2 -2; "
            "machine_learning_curated +4 -4");
  EXPECT_EQ(count("machine_learning_curated"), 4);
}

TEST_F(Incremental, CatalogOfOtherTablesRebuildsEverything) {
  corrupt(
      "DELETE FROM catalog_table WHERE table_name = 'serial_trusted'; DELETE FROM serial_trusted; DELETE "
      "FROM "
      "subject_state");
  EXPECT_EQ(changes(), "a full run");
  EXPECT_EQ(count("subject_state"), 2);
}

TEST_F(Incremental, AnotherStoresZonesAreMadeAnew) {
  corrupt("UPDATE meta SET value = 'another' WHERE name = 'store_uuid'");
  EXPECT_EQ(changes(), "a full run");
}

TEST_F(Incremental, RunWithoutAnyZonesLeavesAProfileAlone) {
  const auto report = apply_pending_changes(store_, Profile::reference, clock_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->up_to_date);
  EXPECT_FALSE(std::filesystem::exists(zones_file(store_.dir, Profile::reference)));
}

TEST_F(Incremental, JobThatReachesOverADayIsMadeAnewByTheDay) {
  // Two late readings of one day: the same rows, whichever way the cells are cut.
  std::vector<Span> spans{{1, noon, noon + 1}, {1, -1, 0}};
  widen_to_days(spans);
  EXPECT_EQ(spans[0], (Span{1, noon / one_day * one_day, (noon / one_day + 1) * one_day}));
  EXPECT_EQ(spans[1], (Span{1, -one_day, 0}));
}

TEST(Spans, OfOnePersonAreMergedWhenTheyTouchOrLieClose) {
  std::vector<Span> spans{{2, 10, 20}, {1, 40, 50}, {1, 0, 10}, {1, 15, 20}, {1, 5, 7}, {1, 60, 60}};
  merge_spans(spans, 5);
  EXPECT_EQ(spans, (std::vector<Span>{{1, 0, 20}, {1, 40, 50}, {2, 10, 20}}));
}

// ---- How much is made anew, and in how many pieces

class Limits : public Incremental {
 protected:
  bool is_incremental(const RunSeams& seams) {
    const auto report = Curator(store_, Profile::strict, clock_, seams).run(Extent::when_needed);
    EXPECT_TRUE(report) << report.error().message;
    return report && report->incremental;
  }
  void land_movements(int rows) {
    for (int i = 0; i < rows; ++i) land(MovementRow{.at = noon + 100 + ++instant_});
  }
  // Runs of the landed index, as "first_id-last_id", with these limits from the beginning.
  std::string row_spans(const IndexLimits& limits) {
    RunSeams seams;
    seams.index = limits;
    EXPECT_TRUE(Curator(store_, Profile::strict, clock_, seams).run(Extent::full));
    return joined(
        rows("SELECT first_id || '-' || last_id FROM accelerometer_run WHERE subject_id = 1 "
             "ORDER BY first_id"));
  }
  int instant_ = 0;
};

TEST_F(Limits, AsManyNewRowsAsAreAlwaysIncremental) {
  RunSeams seams;
  seams.most_new_rows_always_incremental = 3;
  seams.full_beyond_one_new_row_in = 1'000;
  land_movements(3);
  EXPECT_TRUE(is_incremental(seams));
  land_movements(4);
  EXPECT_FALSE(is_incremental(seams));
}

TEST_F(Limits, ShareOfNewRowsBeyondWhichEverythingIsMadeAnew) {
  // Two people and four readings of each stream are there: with two more rows, one in six is new.
  RunSeams seams;
  seams.most_new_rows_always_incremental = 0;
  seams.full_beyond_one_new_row_in = 6;
  land_movements(2);
  EXPECT_TRUE(is_incremental(seams));
  seams.full_beyond_one_new_row_in = 5;
  land_movements(3);  // of 15
  EXPECT_TRUE(is_incremental(seams));
  land_movements(4);  // of 19
  EXPECT_FALSE(is_incremental(seams));
}

TEST_F(Limits, ReadingsThatLandedNoFurtherApartAreOneRowSpan) {
  // Ann's readings are the rows 1 and 3, and 6.
  land(MovementRow{.user = "bob@example.com", .at = noon + 3});
  land(MovementRow{.at = noon + 3});
  EXPECT_EQ(row_spans({}), "1-6");
  EXPECT_EQ(row_spans({.max_rows_apart_in_row_span = 3}), "1-6");
  EXPECT_EQ(row_spans({.max_rows_apart_in_row_span = 2}), "1-3; 6-6");
  EXPECT_EQ(row_spans({.max_rows_apart_in_row_span = 1}), "1-1; 3-3; 6-6");
}

TEST_F(Limits, RowSpansAreCutWhereMemoryEnds) {
  // Ann's and Bob's take turns: with two row spans in memory, both are written as soon as the second has
  // begun.
  EXPECT_EQ(row_spans({.max_row_spans_in_memory = 3}), "1-3");
  EXPECT_EQ(row_spans({.max_row_spans_in_memory = 2}), "1-1; 3-3");
  EXPECT_EQ(count("accelerometer_trusted"), 4);
}

// ---- Who withdraws leaves `reference` at once

class Leaving : public Incremental {
 protected:
  Leaving() { run(Profile::reference); }
  // What a full run makes of the same landing zone.
  std::string everything() {
    std::string text;
    for (const std::string_view table : zone_tables) {
      auto lines = rows("SELECT * FROM main." + std::string(table) + "_rows", Profile::reference);
      std::ranges::sort(lines);
      text += std::string(table) + ": " + joined(lines) + "\n";
    }
    return text;
  }
  // Whether the tables could be brought up to date without making them anew.
  bool leaves_incrementally() {
    const auto report = apply_pending_changes(store_, Profile::reference, clock_);
    EXPECT_TRUE(report) << report.error().message;
    const std::string incremental = everything();
    EXPECT_EQ(joined(validated(Profile::reference).differences), "");
    EXPECT_TRUE(run_profile(store_, Profile::reference, Extent::full, clock_));
    EXPECT_EQ(incremental, everything());
    return report->incremental;
  }
};

TEST_F(Leaving, TakesThePersonsRowsAndPairsWithOthersAlong) {
  balance_batch_log();
  ASSERT_EQ(count("machine_learning_curated", Profile::reference),
            8);  // each instant pairs both people crosswise
  land(EventRow{.action = "withdraw", .at = noon + 9});
  balance_batch_log();
  EXPECT_TRUE(leaves_incrementally());
  EXPECT_EQ(count("machine_learning_curated", Profile::reference), 2);
}

TEST_F(Leaving, ReadingsThatLandedSinceWaitForTheNextRun) {
  land(MovementRow{.user = "bob@example.com", .at = noon + 7});
  land(EventRow{.action = "withdraw", .at = noon + 9});
  const auto report = apply_pending_changes(store_, Profile::reference, clock_);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->incremental);
  EXPECT_EQ(count("accelerometer_trusted", Profile::reference), 2);
  ASSERT_TRUE(run_profile(store_, Profile::reference, Extent::when_needed, clock_));
  EXPECT_EQ(count("accelerometer_trusted", Profile::reference), 3);
}

TEST_F(Leaving, SharedSerialIsMadeAnewInFull) {
  land_person("eve@example.com", "S1");
  land(MovementRow{.user = "eve@example.com", .at = noon + 4});
  run(Profile::reference);
  land(EventRow{.action = "withdraw", .at = noon + 9});
  land(PairingRow{.serial = "S1", .email = "eve@example.com", .at = noon + 3});  // indexed once
  balance_batch_log();
  EXPECT_FALSE(leaves_incrementally());
}

// Neither granted nor not granted: `reference` shows them for as long as they do not withdraw.
TEST_F(Leaving, LeavesAlsoWhileTheirRecordsDisagree) {
  land(CustomerRow{.serial = "S1", .research = noon + 1});
  run(Profile::reference);
  ASSERT_EQ(count("subject_state WHERE status = 'ambiguous'", Profile::reference), 1);
  ASSERT_EQ(count("customer_trusted", Profile::reference), 3);
  land(EventRow{.action = "withdraw", .at = noon + 9});
  balance_batch_log();
  EXPECT_TRUE(leaves_incrementally());
  EXPECT_EQ(count("customer_trusted", Profile::reference), 1);
}

TEST_F(Leaving, WhoComesBackIsMadeAnewInFull) {
  land(EventRow{.action = "withdraw", .at = noon + 9});
  balance_batch_log();
  EXPECT_TRUE(leaves_incrementally());
  land(EventRow{.at = noon + 10});
  land(PairingRow{.at = noon + 10});  // indexed once
  balance_batch_log();
  EXPECT_FALSE(leaves_incrementally());
  EXPECT_EQ(count("customer_trusted", Profile::reference), 2);
}

TEST_F(Leaving, ConsentThatChangesNobodysPlaceChangesNothing) {
  land(EventRow{.at = noon + 10});
  land(PairingRow{.serial = "S1", .email = "bob@example.com", .at = noon + 2});
  balance_batch_log();
  EXPECT_TRUE(leaves_incrementally());
}

// ---- Cost: nothing but the dirty cells is read from end to end

TEST_F(Incremental, NoJobReadsATableFromEndToEnd) {
  auto zones = open_zones_for_writing(store_, Profile::strict);
  ASSERT_TRUE(zones);
  ASSERT_TRUE(zones->attach(landing::landing_file(store_.dir), "landing"));
  const auto jobs = jobs_of(Profile::strict);
  const auto cursor = read_zones_cursor(*zones);
  ASSERT_TRUE(jobs && cursor);
  ASSERT_TRUE(apply_changes(*zones, *jobs, *cursor, *cursor, clock_, {}));
  for (const Job& job : *jobs) {
    EXPECT_FALSE(job.dirty.empty()) << job.name;
    ASSERT_TRUE(stand_shadows(*zones, job)) << job.name;
    auto plan = zones->prepare("EXPLAIN QUERY PLAN " + job.select);
    ASSERT_TRUE(plan) << plan.error().message;
    while (*plan->step()) {
      const std::string step(plan->text(3));
      // The tables behind the views of scopes/ and those that are read whole, by the names they have there.
      // An automatic index is a whole table read, too.
      const bool reads_all = std::regex_search(
          step, std::regex("(SCAN|SEARCH) (landed|place|run|owned|own|owner|device|movement|step)\\b.*"));
      if (reads_all && (step.starts_with("SCAN") || step.find("AUTOMATIC") != std::string::npos))
        ADD_FAILURE() << job.name << ": " << step;
    }
    ASSERT_TRUE(drop_shadows(*zones, job));
  }
}

// ---- The log

TEST_F(Incremental, ReaderThatKeepsDeletedRowsInTheLogIsReportedAndTheNextCommandEmptiesIt) {
  auto reader = sqlite::Database::open(zones_file(store_.dir, Profile::strict), sqlite::Access::read_only);
  ASSERT_TRUE(reader && reader->execute("BEGIN"));
  ASSERT_TRUE(reader->integer("SELECT COUNT(*) FROM customer_trusted"));
  land(EventRow{.action = "withdraw", .at = noon + 9});
  Curator curator(store_, Profile::strict, clock_, {}, 0);
  const auto report = curator.run(Extent::when_needed);
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->log_emptied);
  ASSERT_TRUE(reader->execute("COMMIT"));
  ASSERT_GT(std::filesystem::file_size(log()), 0U);
  ASSERT_TRUE(bring_consent_up_to_date(store_, Profile::strict, clock_));
  EXPECT_EQ(std::filesystem::file_size(log()), 0U);
}

TEST_F(Incremental, NextRunEmptiesTheLogEvenWhenNothingHasLanded) {
  auto reader = sqlite::Database::open(zones_file(store_.dir, Profile::strict), sqlite::Access::read_only);
  ASSERT_TRUE(reader && reader->execute("BEGIN"));
  ASSERT_TRUE(reader->integer("SELECT COUNT(*) FROM customer_trusted"));
  land(EventRow{.action = "withdraw", .at = noon + 9});
  Curator curator(store_, Profile::strict, clock_, {}, 0);
  ASSERT_TRUE(curator.run(Extent::when_needed));
  ASSERT_TRUE(reader->execute("COMMIT"));
  const auto again = curator.run(Extent::when_needed);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->up_to_date && again->log_emptied);
  EXPECT_EQ(std::filesystem::file_size(log()), 0U);
}

}  // namespace
}  // namespace stedi::lakehouse
