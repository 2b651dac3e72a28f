#include "lakehouse/consent/statement.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "core/record/limits.hpp"

namespace stedi::lakehouse {

namespace {

constexpr std::string_view record_columns =
    "ingest_id, batch_id, subject_id, received, line, last_update_invalid, lastUpdateDate, "
    "shareWithResearchAsOfDate, trainer_id, canonical";
constexpr std::string_view event_columns =
    "ingest_id, batch_id, subject_id, received, line, action, timestamp";

bool is_ahead(std::int64_t at_ms, std::int64_t received_ms) {
  return at_ms > received_ms + limits::max_ahead_of_receipt_ms;
}

bool is_plausible(std::int64_t at_ms, std::int64_t received_ms) {
  return at_ms >= limits::earliest_plausible_ms && !is_ahead(at_ms, received_ms);
}

// Rule 1: absent or before 2000 counts as 0, no integer or too far ahead as the receipt.
std::int64_t counted_update(const sqlite::Statement& row, std::int64_t received_ms) {
  if (row.integer(5) != 0) return received_ms;
  const std::int64_t updated_ms = row.integer(6);  // null reads as 0
  if (updated_ms < limits::earliest_plausible_ms) return 0;
  return is_ahead(updated_ms, received_ms) ? received_ms : updated_ms;
}

ConsentStatement common_of(const sqlite::Statement& row) {
  ConsentStatement said;
  said.ingest_id = row.integer(0);
  said.batch_id = row.integer(1);
  said.subject_id = row.integer(2);
  said.received_ms = row.integer(3);
  if (!row.is_null(4)) said.line = row.integer(4);
  return said;
}

ConsentStatement record_in(const sqlite::Statement& row) {
  ConsentStatement said = common_of(row);
  said.at_ms = counted_update(row, said.received_ms);
  said.is_dated = row.integer(5) == 0 && is_plausible(row.integer(6), said.received_ms);
  const std::int64_t research_ms = row.integer(7);  // null reads as 0
  said.agreed_ms = is_plausible(research_ms, said.received_ms) ? research_ms : 0;
  said.trainer_id = row.integer(8);
  said.canonical = row.text(9);
  return said;
}

ConsentStatement event_in(const sqlite::Statement& row) {
  ConsentStatement said = common_of(row);
  said.kind = row.text(5) == "grant" ? ConsentStatement::Kind::grant : ConsentStatement::Kind::withdraw;
  const std::int64_t at_ms = row.integer(6);
  said.at_ms = is_plausible(at_ms, said.received_ms) ? at_ms : said.received_ms;
  return said;
}

template <typename Read>
Result<void> collect(sqlite::Statement& query, Read read, std::vector<ConsentStatement>& into) {
  return query.each_row([&] { into.push_back(read(query)); });
}

template <typename Read>
Result<std::optional<ConsentStatement>> one_more(sqlite::Statement& query, Read read) {
  if (!TRY(query.step())) return std::optional<ConsentStatement>();
  return std::optional(read(query));
}

}  // namespace

std::string_view statement_name(ConsentStatement::Kind kind) {
  switch (kind) {
    case ConsentStatement::Kind::record:
      return "customer";
    case ConsentStatement::Kind::grant:
      return "grant";
    case ConsentStatement::Kind::withdraw:
      return "withdraw";
  }
  return "";
}

bool landed_before(const ConsentStatement& one, const ConsentStatement& other) {
  const auto place = [](const ConsentStatement& said) {
    return std::tuple(said.batch_id, said.kind != ConsentStatement::Kind::record, said.ingest_id);
  };
  return place(one) < place(other);
}

LandedStatements::LandedStatements(sqlite::Database& reader, std::string schema, sqlite::Statement record_of,
                                   sqlite::Statement event_of, sqlite::Statement records,
                                   sqlite::Statement events)
    : reader_(&reader),
      schema_(std::move(schema)),
      record_of_(std::move(record_of)),
      event_of_(std::move(event_of)),
      records_(std::move(records)),
      events_(std::move(events)) {}

Result<LandedStatements> LandedStatements::open(sqlite::Database& reader, std::string_view schema) {
  const std::string name(schema);
  const std::string from_customer = "SELECT " + std::string(record_columns) + " FROM " + name + ".customer ";
  const std::string from_consent =
      "SELECT " + std::string(event_columns) + " FROM " + name + ".consent WHERE purpose = 'research' ";
  auto record_of = TRY(reader.prepare(from_customer + "WHERE subject_id = ? AND ingest_id <= ?"));
  auto event_of = TRY(reader.prepare(from_consent + "AND subject_id = ? AND ingest_id <= ?"));
  auto records = TRY(reader.prepare(from_customer + "WHERE ingest_id > ? ORDER BY ingest_id"));
  auto events = TRY(reader.prepare(from_consent + "AND ingest_id > ? ORDER BY ingest_id"));
  return LandedStatements(reader, name, std::move(record_of), std::move(event_of), std::move(records),
                          std::move(events));
}

Result<StatementCursor> LandedStatements::last() {
  const auto customer =
      TRY(reader_->integer("SELECT COALESCE(MAX(ingest_id), 0) FROM " + schema_ + ".customer"));
  const auto consent =
      TRY(reader_->integer("SELECT COALESCE(MAX(ingest_id), 0) FROM " + schema_ + ".consent"));
  return StatementCursor{customer, consent};
}

Result<std::vector<ConsentStatement>> LandedStatements::of_person(std::int64_t subject_id,
                                                                  const StatementCursor& up_to) {
  std::vector<ConsentStatement> all;
  record_of_.bind_all(subject_id, up_to.customer);
  TRY(collect(record_of_, record_in, all));
  event_of_.bind_all(subject_id, up_to.consent);
  TRY(collect(event_of_, event_in, all));
  std::ranges::sort(all, landed_before);
  return all;
}

Result<void> LandedStatements::start_after(const StatementCursor& cursor) {
  records_.reset();
  records_.bind_all(cursor.customer);
  events_.reset();
  events_.bind_all(cursor.consent);
  TRY(read_next_record());
  return read_next_event();
}

Result<std::optional<ConsentStatement>> LandedStatements::next() {
  const bool takes_record = next_record_ && (!next_event_ || landed_before(*next_record_, *next_event_));
  auto said = std::exchange(takes_record ? next_record_ : next_event_, std::nullopt);
  if (!said) return said;
  TRY(takes_record ? read_next_record() : read_next_event());
  return said;
}

Result<void> LandedStatements::read_next_record() {
  next_record_ = TRY(one_more(records_, record_in));
  return {};
}

Result<void> LandedStatements::read_next_event() {
  next_event_ = TRY(one_more(events_, event_in));
  return {};
}

}  // namespace stedi::lakehouse
