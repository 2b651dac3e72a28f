#include "lakehouse/answers/reasons.hpp"

#include <algorithm>
#include <string>

#include "lakehouse/tables/job.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

// Stands small temporary tables, of one person's records, in front of the landing tables, and asks the files
// of reconcile/ what they ask of the whole store.
class Explainer {
 public:
  Explainer(sqlite::Database& zones, Profile profile, std::int64_t subject_id, Table& reasons)
      : zones_(zones), profile_(profile_name(profile)), subject_id_(subject_id), reasons_(reasons) {}

  Result<void> explain(Profile profile) {
    TRY(explain_own_records());
    auto done = profile == Profile::strict ? explain_steps_of_strict() : explain_steps_of_reference();
    if (!done) return done;
    done = add("customers_curated", "customer", sql_text("explain/" + profile_ + "_curated.sql"));
    return done ? explain_ml() : done;
  }

 private:
  Result<void> stand_in(const std::string& table, const std::string& rows) {
    return run("CREATE TEMP TABLE " + table + " AS SELECT * FROM landing." + table + " WHERE " + rows);
  }
  Result<void> judge_people() {
    return run("CREATE TEMP TABLE person_by_rules AS " + sql_text("reconcile/person_by_rules.sql"));
  }
  Result<void> drop(std::initializer_list<std::string_view> tables) {
    for (const std::string_view table : tables) TRY(run("DROP TABLE temp." + std::string(table)));
    return {};
  }
  // ?1 is the person.
  Result<void> run(const std::string& sql) {
    auto statement = TRY(zones_.prepare(sql));
    if (sql.find("?1") != std::string::npos) statement.bind(1, subject_id_);
    return statement.run();
  }

  Result<void> explain_own_records() {
    for (const std::string& table : tables_by_person()) TRY(stand_in(table, "subject_id = ?1"));
    TRY(judge_people());
    auto done = add("customer_trusted", "customer", sql_text("reconcile/" + profile_ + "/customer.sql"));
    for (const SensorTable& readings : sensor_tables()) {
      if (done && readings.owned_by == OwnedBy::person) done = add_reconciliation(readings);
    }
    return done;
  }

  // Whoever else carried one of the serials counts for the ownership of its readings alone.
  Result<void> explain_steps_of_strict() {
    auto done =
        run("CREATE TEMP TABLE concerned AS SELECT trainer_id FROM landing.customer WHERE subject_id = ?1 "
            "AND trainer_id IS NOT NULL UNION SELECT trainer_id FROM landing.pairing WHERE subject_id = ?1");
    if (done) done = drop({"customer"});
    const std::string concerned = "trainer_id IN (SELECT trainer_id FROM concerned)";
    if (done) done = stand_in("customer", concerned);
    if (done) done = stand_in("pairing", concerned);
    if (done) done = run("CREATE TEMP TABLE owner AS " + select_of("serial_owner"));
    for (const SensorTable& readings : sensor_tables()) {
      if (done && readings.owned_by == OwnedBy::trainer) done = explain_trainer_readings(readings);
    }
    return done;
  }

  Result<void> explain_trainer_readings(const SensorTable& readings) {
    auto done = run("CREATE TEMP TABLE " + std::string(readings.name) + " AS " +
                    sql_text("explain/own_trainer_readings.sql", readings));
    if (done) done = add_reconciliation(readings);
    if (done) done = add_of(readings, sql_text("explain/others_trainer_readings.sql", readings));
    return done;
  }

  // reference lets a reading in when anybody who carries its serial is in, so that all of them must be
  // judged.
  Result<void> explain_steps_of_reference() {
    auto done =
        run("CREATE TEMP TABLE concerned AS SELECT DISTINCT trainer_id FROM landing.customer "
            "WHERE subject_id = ?1 AND trainer_id IS NOT NULL");
    const std::string concerned = "trainer_id IN (SELECT trainer_id FROM concerned)";
    const std::string people =
        "subject_id IN (SELECT subject_id FROM landing.customer WHERE " + concerned + ")";
    if (done) done = drop({"person_by_rules"});
    for (const std::string& table : tables_by_person()) {
      if (done) done = drop({table});
      if (done) done = stand_in(table, people);
    }
    if (done) done = judge_people();
    for (const SensorTable& readings : sensor_tables()) {
      if (!done || readings.owned_by != OwnedBy::trainer) continue;
      done = stand_in(std::string(readings.name), concerned);
      if (done) done = add_reconciliation(readings);
    }
    return done;
  }

  // Whether the ML table is made of that table.
  static bool feeds_ml(const std::vector<JobInput>& inputs, const Value& table) {
    return std::ranges::any_of(inputs, [&](const JobInput& input) { return table == Value(input.table); });
  }

  // What keeps a reading out of the trusted tables keeps it out of the ML table.
  Result<void> explain_ml() {
    const auto jobs = TRY(jobs_of(profile_ == "strict" ? Profile::strict : Profile::reference));
    const auto ml = std::ranges::find(jobs, std::string("machine_learning_curated"), &Job::name);
    const std::vector<Row> so_far = reasons_.rows;
    for (const Row& row : so_far) {
      const bool is_excluded_reading = row[0] == Value(profile_) && feeds_ml(ml->inputs, row[1]) &&
                                       row[3] != Value(std::string("included"));
      if (!is_excluded_reading) continue;
      reasons_.rows.push_back({row[0], std::string("machine_learning_curated"), row[2], row[3], row[4]});
    }
    auto rows = TRY(zones_.prepare(sql_text("explain/" + profile_ + "_ml.sql"), subject_id_));
    return rows.each_row([&](std::string_view stream, std::string_view reason, std::int64_t records) {
      add_row("machine_learning_curated", stream, reason, records);
    });
  }

  // Landing tables whose rows name a person.
  static std::vector<std::string> tables_by_person() {
    std::vector<std::string> tables = {"customer", "consent"};
    for (const SensorTable& readings : sensor_tables()) {
      if (readings.owned_by == OwnedBy::person) tables.emplace_back(readings.name);
    }
    return tables;
  }

  Result<void> add_of(const SensorTable& readings, const std::string& sql) {
    return add(std::string(readings.name) + "_trusted", readings.name, sql);
  }
  Result<void> add_reconciliation(const SensorTable& readings) {
    return add_of(readings, sql_text("reconcile/" + profile_ + "/{owner}_readings.sql", readings));
  }

  // A query of reasons and counts.
  Result<void> add(std::string_view table, std::string_view stream, const std::string& sql) {
    auto rows = TRY(zones_.prepare(sql));
    if (sql.find("?1") != std::string::npos) rows.bind(1, subject_id_);
    return rows.each_row(
        [&](std::string_view reason, std::int64_t records) { add_row(table, stream, reason, records); });
  }
  void add_row(std::string_view table, std::string_view stream, std::string_view reason,
               std::int64_t records) {
    if (records == 0) return;
    const std::string_view shown = reason == "trusted" ? "included" : reason;
    reasons_.rows.push_back({profile_, std::string(table), std::string(stream), std::string(shown), records});
  }

  sqlite::Database& zones_;
  std::string profile_;
  std::int64_t subject_id_;
  Table& reasons_;
};

}  // namespace

Result<void> add_reasons(sqlite::Database& zones, Profile profile, std::int64_t subject_id, Table& reasons) {
  return Explainer(zones, profile, subject_id, reasons).explain(profile);
}

}  // namespace stedi::lakehouse
