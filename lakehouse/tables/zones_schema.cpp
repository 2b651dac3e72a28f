#include "lakehouse/tables/zones_schema.hpp"

#include "core/digest/digest.hpp"
#include "lakehouse/tables/job.hpp"
#include "lakehouse/tables/sql_files.hpp"
#include "lakehouse/tables/table_file.hpp"

namespace stedi::lakehouse {

Result<std::string> zones_schema(Profile profile) {
  const auto jobs = TRY(jobs_of(profile));
  std::string schema = sql_text("catalog.sql") + sql_text("landed_index.sql");
  for (const SensorTable& readings : sensor_tables())
    schema += sql_text("landed_index_of_readings.sql", readings);
  for (const Job& job : jobs) schema += job.ddl + "\n";
  return schema;
}

std::string schema_hash(const std::string& schema) {
  return hex(sha256(statements_alone(schema)));
}

}  // namespace stedi::lakehouse
