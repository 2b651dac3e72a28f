#include "lakehouse/runner/retention_names.hpp"

#include <array>
#include <map>
#include <string>
#include <vector>

#include "core/record/sensor_table.hpp"

namespace stedi::lakehouse {

namespace {

struct Kind {
  std::string table;  // of the names; temp.left_<table> holds those that may go
  std::string id;
  std::vector<std::string> named_by;  // tables with an ingest_id that refer to it
};
const std::array<Kind, 3>& kinds() {
  static const std::array<Kind, 3> all = [] {
    std::array<Kind, 3> named = {{{"subject", "subject_id", {"customer", "consent", "pairing"}},
                                  {"trainer", "trainer_id", {"customer", "pairing"}},
                                  {"spelling", "spelling_id", {}}}};
    for (const SensorTable& readings : sensor_tables()) {
      for (Kind& kind : named) {
        if (kind.id == owner_column(readings.owned_by) || kind.table == "spelling")
          kind.named_by.emplace_back(readings.name);
      }
    }
    return named;
  }();
  return all;
}

class Forgetting {
 public:
  Forgetting(sqlite::Database& landing, std::int64_t most_at_once)
      : landing_(landing), most_at_once_(most_at_once) {}

  // In one snapshot.
  Result<void> search() {
    TRY(landing_.execute("BEGIN"));
    for (const Kind& kind : kinds()) {
      for (const std::string& table : kind.named_by) TRY(keep_named_by(kind, table));
    }
    return landing_.execute("COMMIT");
  }

  // False when nothing is left to forget.
  Result<bool> forget_some() {
    auto transaction = TRY(landing_.begin_immediate());
    TRY(keep_named_since());
    std::int64_t names = 0;
    for (const Kind& kind : kinds()) {
      const std::string some = "(SELECT " + kind.id + " FROM temp.left_" + kind.table + " ORDER BY " +
                               kind.id + " LIMIT " + std::to_string(most_at_once_) + ")";
      TRY(landing_.execute("DELETE FROM main." + kind.table + " WHERE " + kind.id + " IN " + some));
      names += landing_.changed_rows();
      TRY(landing_.execute("DELETE FROM temp.left_" + kind.table + " WHERE " + kind.id + " IN " + some));
    }
    if (names == 0) return false;
    TRY(landing_.execute("UPDATE store SET epoch = epoch + 1"));
    TRY(transaction.commit());
    return true;
  }

 private:
  // Names that the table refers to stay.
  Result<void> keep_named_by(const Kind& kind, const std::string& table) {
    if (!searched_.contains(table)) {
      searched_[table] = TRY(landing_.integer("SELECT COALESCE(MAX(ingest_id), 0) FROM main." + table));
    }
    const auto any = TRY(landing_.integer("SELECT EXISTS (SELECT 1 FROM temp.left_" + kind.table + ")"));
    if (any == 0) return {};
    return landing_.execute("DELETE FROM temp.left_" + kind.table + " WHERE " + kind.id +
                            " IN (SELECT name." + kind.id + " FROM main." + table +
                            " AS row CROSS JOIN temp.left_" + kind.table + " AS name ON name." + kind.id +
                            " = row." + kind.id + ")");
  }

  Result<void> keep_named_since() {
    for (const Kind& kind : kinds()) {
      for (const std::string& table : kind.named_by) {
        TRY(landing_.execute("DELETE FROM temp.left_" + kind.table + " WHERE " + kind.id + " IN (SELECT " +
                             kind.id + " FROM main." + table + " WHERE ingest_id > " +
                             std::to_string(searched_.at(table)) + ")"));
      }
    }
    // One row a device that speaks for a person: few.
    return landing_.execute(
        "DELETE FROM temp.left_subject WHERE subject_id IN (SELECT subject_id FROM main.device_subject)");
  }

  sqlite::Database& landing_;
  std::int64_t most_at_once_;
  std::map<std::string, std::int64_t> searched_;  // the greatest ingest_id of each table
};

}  // namespace

Result<void> forget_names(sqlite::Database& landing, std::int64_t most_at_once,
                          const std::function<void()>& searched) {
  Forgetting names(landing, most_at_once);
  TRY(names.search());
  if (searched) searched();
  while (true) {
    const auto more = TRY(names.forget_some());
    if (!more) return {};
  }
}

}  // namespace stedi::lakehouse
