// Where each table comes from and how fresh it is.
#include "lakehouse/answers/lineage.hpp"

#include "lakehouse/tables/job.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class Lineage : public StoreFixture {
 protected:
  Lineage() {
    land_person("ann@example.com", "S1");
    land(MovementRow{.at = noon + 1});
    land(StepRow{.at = noon + 1});
    run();
  }
  TableLineage of(const std::string& name) {
    const auto tables = lineage_of(store_, Profile::strict, clock_);
    if (!tables) throw std::runtime_error(tables.error().message);
    for (const TableLineage& table : *tables) {
      if (table.table == name) return table;
    }
    throw std::runtime_error("no table " + name);
  }
};

TEST_F(Lineage, NamesEveryTableAfterItsInputsWithTheHashOfItsJob) {
  const auto tables = lineage_of(store_, std::nullopt, clock_);
  ASSERT_TRUE(tables);
  const auto jobs = jobs_of(Profile::strict);
  ASSERT_EQ(tables->size(), jobs->size());
  for (std::size_t i = 0; i < jobs->size(); ++i) {
    EXPECT_EQ((*tables)[i].table, (*jobs)[i].name);
    EXPECT_EQ((*tables)[i].job_hash, (*jobs)[i].hash);
    EXPECT_NE((*tables)[i].inputs.find((*jobs)[i].inputs.front().table), std::string::npos);
    EXPECT_EQ((*tables)[i].last_run_ms, clock_.wall_ms());
  }
}

TEST_F(Lineage, CountsRowsAndIsCurrentAfterARun) {
  const TableLineage ml = of("machine_learning_curated");
  EXPECT_EQ(ml.rows, 1);
  EXPECT_EQ(ml.behind, 0);
  EXPECT_EQ(ml.waiting_ms, 0);
}

TEST_F(Lineage, TableIsBehindByWhatLandedForItAndItsAncestorsAlone) {
  land(StepRow{.at = noon + 2});
  land(StepRow{.at = noon + 3});
  EXPECT_EQ(of("step_trainer_trusted").behind, 2);
  EXPECT_EQ(of("machine_learning_curated").behind, 2);
  EXPECT_EQ(of("accelerometer_trusted").behind, 0);
  EXPECT_EQ(of("subject_state").behind, 0);
  land(EventRow{.action = "withdraw"});
  EXPECT_EQ(of("subject_state").behind, 1);
  EXPECT_EQ(of("serial_owner").behind, 0);
  EXPECT_EQ(of("machine_learning_curated").behind, 3);
}

TEST_F(Lineage, SaysHowLongTheFirstUnreadRecordHasBeenWaiting) {
  const std::int64_t id = land(StepRow{.at = noon + 2});
  ASSERT_TRUE(
      landing_->execute("INSERT INTO batch (source_id, received, first_id, landed, quarantined) "
                        "SELECT source_id, " +
                        std::to_string(clock_.wall_ms()) + ", " + std::to_string(id) +
                        ", 1, 0 FROM source WHERE stream = 'step_trainer'"));
  clock_.advance_ms(250);
  EXPECT_EQ(of("machine_learning_curated").waiting_ms, 250);
  EXPECT_EQ(of("accelerometer_trusted").waiting_ms, 0);
}

TEST_F(Lineage, NothingRunYetFails) {
  std::filesystem::remove(store_.dir / "zones-strict.db");
  EXPECT_FALSE(lineage_of(store_, std::nullopt, clock_));
  EXPECT_FALSE(lineage_of(store_, Profile::reference, clock_));
}

}  // namespace
}  // namespace stedi::lakehouse
