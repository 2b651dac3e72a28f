#include "lakehouse/import/quarantine_list.hpp"

#include <algorithm>
#include <map>

#include "lakehouse/landing/store.hpp"

namespace stedi::landing {

namespace {

void count(QuarantinedKind& kind, const sqlite::Statement& row) {
  const std::int64_t received_ms = row.integer(3);
  kind.first_received_ms = kind.records == 0 ? received_ms : std::min(kind.first_received_ms, received_ms);
  kind.last_received_ms = std::max(kind.last_received_ms, received_ms);
  ++kind.records;
  kind.payloads_kept += row.integer(4);
  kind.ids.add(row.integer(0));
}

Result<void> check_known(sqlite::Database& landing, std::int64_t id) {
  const auto known = TRY(
      landing.integer("SELECT COUNT(*) FROM quarantined_record WHERE quarantine_id = " + std::to_string(id)));
  if (known == 0) return fail("there is no record " + std::to_string(id) + "; see `quarantine list`");
  return {};
}

}  // namespace

void IdRuns::add(std::int64_t id) {
  if (!runs_.empty() && runs_.back().second + 1 == id) {
    runs_.back().second = id;
  } else {
    runs_.emplace_back(id, id);
  }
}

std::string IdRuns::text(std::size_t most_runs) const {
  std::string text;
  for (std::size_t i = 0; i < std::min(most_runs, runs_.size()); ++i) {
    const auto& [from, to] = runs_[i];
    text += (i == 0 ? "" : " ") + std::to_string(from) + (from == to ? "" : "-" + std::to_string(to));
  }
  return runs_.size() > most_runs ? text + " …" : text;
}

Result<std::vector<QuarantinedKind>> list_quarantine(const std::filesystem::path& store_dir) {
  auto landing = TRY(open_landing_for_reading(store_dir));
  auto rows = TRY_IN(
      "quarantine",
      landing.prepare("SELECT quarantine_id, stream, reason, received, payload <> '' FROM quarantined_record "
                      "WHERE landed_batch IS NULL ORDER BY quarantine_id"));
  std::map<std::pair<std::string, std::string>, QuarantinedKind> kinds;
  TRY_IN("quarantine", rows.each_row([&] {
    count(kinds[{std::string(rows.text(1)), std::string(rows.text(2))}], rows);
  }));
  std::vector<QuarantinedKind> list;
  for (auto& [name, kind] : kinds) {
    std::tie(kind.stream, kind.reason) = name;
    list.push_back(std::move(kind));
  }
  return list;
}

Result<sqlite::Statement> quarantined_rows(sqlite::Database& landing, const std::vector<std::int64_t>& ids,
                                           std::int64_t latest) {
  std::string chosen;
  for (const std::int64_t id : ids) {
    TRY_IN("quarantine", check_known(landing, id));
    chosen += (chosen.empty() ? "" : ", ") + std::to_string(id);
  }
  auto rows = TRY_IN(
      "quarantine",
      landing.prepare(
          "SELECT quarantine_id, stream, reason, received, landed_batch IS NOT NULL AS landed, "
          "file, line, payload "
          "FROM quarantined_record WHERE " +
          (chosen.empty() ? "landed_batch IS NULL ORDER BY quarantine_id DESC LIMIT " + std::to_string(latest)
                          : "quarantine_id IN (" + chosen + ") ORDER BY quarantine_id")));
  return rows;
}

}  // namespace stedi::landing
