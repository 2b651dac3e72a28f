#include "lakehouse/answers/query.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/sqlite/database.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

namespace {

std::string_view without_leading_comments(std::string_view sql) {
  while (true) {
    const auto start = sql.find_first_not_of(" \t\r\n\f;");
    sql.remove_prefix(std::min(start, sql.size()));
    const auto skip_past = [&](std::string_view end) {
      const auto at = sql.find(end);
      sql.remove_prefix(at == std::string_view::npos ? sql.size() : at + end.size());
    };
    if (sql.starts_with("--")) {
      skip_past("\n");
    } else if (sql.starts_with("/*")) {
      skip_past("*/");
    } else {
      return sql;
    }
  }
}

// SQLite holds ATTACH, PRAGMA and BEGIN to be read-only: they are refused by name.
bool asks_a_question(std::string_view sql) {
  static constexpr std::array<std::string_view, 4> verbs = {"SELECT", "WITH", "VALUES", "EXPLAIN"};
  const std::string_view statement = without_leading_comments(sql);
  const auto end = std::ranges::find_if(statement, [](unsigned char c) { return std::isalpha(c) == 0; });
  std::string verb(statement.begin(), end);
  std::ranges::transform(verb, verb.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return std::ranges::find(verbs, verb) != verbs.end();
}

Result<sqlite::Database> open_for_query(const StoreFolder& store, Profile profile, const Clock& clock) {
  auto landing = TRY(landing::open_landing_for_reading(store.dir));
  const auto filled = TRY(has_been_run(store, profile));
  if (!filled) return landing;
  TRY(bring_consent_up_to_date(store, profile, clock));
  return open_zones_for_reading(store, profile);
}

// "no such table: customer_trusted" is true and does not help.
Failure explained(const Error& error, Profile profile) {
  const auto* const missing = std::ranges::find_if(zone_tables, [&](std::string_view table) {
    return error.message.ends_with("no such table: " + std::string(table));
  });
  if (missing == zone_tables.end()) return in_context("query", error);
  return fail("query: " + std::string(*missing) + " does not exist yet: run `stedi-lakehouse run --profile " +
              std::string(profile_name(profile)) + "`");
}

}  // namespace

Result<void> query(const StoreFolder& store, Profile profile, const std::string& sql, Format format,
                   const Sink& sink, const Clock& clock) {
  if (without_leading_comments(sql).empty())
    return usage_error("query: there is no question: give one SELECT");
  auto database = TRY(open_for_query(store, profile, clock));
  if (!asks_a_question(sql))
    return fail("query: only a question is allowed (SELECT, WITH, VALUES or EXPLAIN)");
  auto statement = database.prepare(sql);
  if (!statement) return explained(statement.error(), profile);
  if (!statement->is_read_only())
    return fail("query: the statement would change data; only reading is allowed");
  const auto rows = write_rows(*statement, format, sink);
  return rows ? Result<void>() : in_context("query", rows.error());
}

}  // namespace stedi::lakehouse
