#include "lakehouse/answers/checks.hpp"

#include "lakehouse/runner/comma_separated.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

using Check = NamedSql;  // SELECTs the number of rows that break it

Check key_is_unique(const Job& job) {
  return {"key_is_unique", "SELECT COALESCE(SUM(copies - 1), 0) FROM (SELECT COUNT(*) AS copies FROM main." +
                               rows_table(job.name) + " GROUP BY " + comma_separated(job.key) + ")"};
}

// Seed fields of a customer record that may be absent: they tell records apart, but null is a value there.
bool may_be_absent(std::string_view column) {
  return column == "customerName" || column == "phone" || column == "birthDay" || column == "serialNumber" ||
         column.ends_with("Date");
}

Check key_is_never_null(const Job& job) {
  std::string condition = "0";
  for (const std::string& column : job.key) {
    if (!may_be_absent(column)) condition += " OR " + column + " IS NULL";
  }
  return {"key_is_never_null", "SELECT COUNT(*) FROM main." + rows_table(job.name) + " WHERE " + condition};
}

Check made_by_current_job(const Job& job) {
  return {"made_by_current_job", "SELECT COUNT(*) = 0 FROM catalog_table WHERE table_name = '" + job.name +
                                     "' AND job_hash = '" + job.hash + "'"};
}

Check as_many_rows_as_made(const Job& job) {
  return {"as_many_rows_as_made",
          "SELECT ABS((SELECT COUNT(*) FROM main." + rows_table(job.name) +
              ") - COALESCE((SELECT row_count FROM catalog_table WHERE table_name = '" + job.name +
              "'), -1))"};
}

// What must hold of every sensor stream's trusted readings; `reference` is not held to consent.
void add_checks_of_readings(Profile profile, const Job& job, std::vector<Check>& checks) {
  if (profile != Profile::strict) return;
  for (const SensorTable& readings : sensor_tables()) {
    if (job.name != std::string(readings.name) + "_trusted") continue;
    for (const std::string name : {"no_reading_before_consent", "every_reading_is_as_landed"})
      checks.push_back({name, sql_text("checks/" + name + ".sql", readings)});
  }
}

std::vector<Check> checks_of(Profile profile, const Job& job) {
  std::vector<Check> checks{key_is_unique(job), key_is_never_null(job)};
  add_checks_of_readings(profile, job, checks);
  checks.insert(checks.end(), job.checks.begin(), job.checks.end());
  checks.push_back(made_by_current_job(job));
  checks.push_back(as_many_rows_as_made(job));
  return checks;
}

}  // namespace

Result<void> run_checks(sqlite::Database& zones, Profile profile, const std::vector<Job>& jobs,
                        Validation& validation) {
  const std::string zone(profile_name(profile));
  for (const Job& job : jobs) {
    for (const Check& check : checks_of(profile, job)) {
      const auto offending = TRY_IN(zone + " " + job.name + ", " + check.name, zones.integer(check.sql));
      const bool holds = offending == 0;
      validation.checks.rows.push_back(
          {zone, job.name, check.name, offending, std::string(holds ? "ok" : "DIFFERENT")});
      if (!holds) {
        validation.add_difference(
            zone + " " + job.name + ": " + check.name + " does not hold for " + std::to_string(offending),
            "`stedi-lakehouse run --full --profile " + zone + "` rebuilds its tables");
      }
    }
  }
  return {};
}

}  // namespace stedi::lakehouse
