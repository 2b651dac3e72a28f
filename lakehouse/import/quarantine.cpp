#include "lakehouse/import/quarantine.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/digest/digest.hpp"
#include "core/record/identity.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/import/value_scanner.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/landing/writer.hpp"

namespace stedi::landing {

namespace {

constexpr std::string_view find_rows = R"(
SELECT row.quarantine_id, row.stream, row.reason, row.received, row.is_message, row.is_faithful, row.payload,
       CASE WHEN row.device <> '' THEN row.device ELSE COALESCE(source.device, '') END,
       batch.seq IS NOT NULL
FROM quarantined_record AS row
LEFT JOIN batch ON batch.batch_id = row.batch_id
LEFT JOIN source ON source.source_id = batch.source_id
WHERE row.landed_batch IS NULL
  AND row.quarantine_id > ?
  AND row.quarantine_id <= ?
ORDER BY row.quarantine_id
LIMIT ?)";

struct Row {
  std::int64_t id;
  Stream stream;
  Reason reason;
  std::int64_t received_ms;
  bool is_message;
  bool is_faithful;
  std::string payload;
  std::string device;
  bool has_name;  // and the batch log has it: it was acknowledged
};

// Envelopes whose name could not be read: their name, if there is one now, has never landed.
bool was_without_name(const Row& row) {
  return row.is_message && !row.has_name &&
         (row.reason == Reason::bad_envelope || row.reason == Reason::malformed_json ||
          row.reason == Reason::unsupported_version);
}

wire::Payload decode_again(wire::PayloadDecoder& decoder, const Row& row) {
  if (row.is_message && row.reason != Reason::needs_envelope) return decoder.decode(row.stream, row.payload);
  // Records as import reads them, in an envelope: no stream takes those amiss.
  std::string records;
  for (const std::string_view value : values_of(row.payload)) {
    if (!records.empty()) records += ',';
    records += value;
  }
  return decoder.decode(row.stream, R"({"v":1,"boot":"replay","seq":1,"records":[)" + records + "]}");
}

class Replay {
 public:
  Replay(sqlite::Database& reader, Writer& writer, const ReplaySelection& selection,
         std::int64_t rows_a_transaction)
      : reader_(reader), writer_(writer), selection_(selection), rows_a_transaction_(rows_a_transaction) {}

  Result<void> run();
  std::vector<ReplayedRows> report() const;

 private:
  Result<void> check_ids();
  // Up to how far the quarantine reaches before anything is landed.
  Result<std::int64_t> last_id() {
    return reader_.integer("SELECT COALESCE(MAX(quarantine_id), 0) FROM quarantined_record");
  }
  Result<std::vector<Row>> rows_after(std::int64_t id, std::int64_t last);
  bool is_chosen(const Row& row) const;
  Result<void> replay(const Row& row);

  sqlite::Database& reader_;
  Writer& writer_;
  const ReplaySelection& selection_;
  std::int64_t rows_a_transaction_;
  wire::PayloadDecoder decoder_;
  std::map<std::pair<Stream, Reason>, ReplayedRows> outcome_;
};

Result<void> Replay::check_ids() {
  auto find =
      TRY(reader_.prepare("SELECT landed_batch IS NULL FROM quarantined_record WHERE quarantine_id = ?"));
  for (const std::int64_t id : selection_.ids) {
    const auto is_waiting = TRY(find.one_row<bool>(id));
    if (!is_waiting) return fail("there is no record " + std::to_string(id) + "; see `quarantine list`");
    if (!*is_waiting) return fail("record " + std::to_string(id) + " has landed already");
  }
  return {};
}

bool Replay::is_chosen(const Row& row) const {
  if (!selection_.ids.empty())
    return std::find(selection_.ids.begin(), selection_.ids.end(), row.id) != selection_.ids.end();
  return !selection_.reason || row.reason == *selection_.reason;
}

Result<std::vector<Row>> Replay::rows_after(std::int64_t id, std::int64_t last) {
  auto find = TRY(reader_.prepare(find_rows, id, last, rows_a_transaction_));
  std::vector<Row> rows;
  TRY(find.each_row([&]() -> Result<void> {
    const auto stream = wire::stream_named(find.text(1));
    const auto reason = reason_named(find.text(2));
    if (!stream || !reason)
      return fail("record " + std::to_string(find.integer(0)) +
                  " has an unknown stream or reason: use the newest version of this program");
    rows.push_back({find.integer(0), *stream, *reason, find.integer(3), find.integer(4) != 0,
                    find.integer(5) != 0, std::string(find.text(6)), std::string(find.text(7)),
                    find.integer(8) != 0});
    return {};
  }));
  return rows;
}

// The rows are read inside the writer's transaction, so that two replays at once cannot both take one.
Result<void> Replay::run() {
  TRY(check_ids());
  const auto last = TRY(last_id());
  for (std::int64_t done = 0; done < last;) {
    TRY(writer_.begin());
    const auto rows = TRY(rows_after(done, last));
    for (const Row& row : rows) {
      if (!is_chosen(row)) continue;
      TRY(replay(row));
    }
    TRY(writer_.commit());
    done = rows.empty() ? last : rows.back().id;
  }
  return {};
}

Result<void> Replay::replay(const Row& row) {
  ReplayedRows& sum = outcome_[{row.stream, row.reason}];
  ++sum.rows;
  if (selection_.ids.empty() && !selection_.reason && needs_judgement(row.reason)) {
    ++sum.need_judgement;
    return {};
  }
  if (row.payload.empty() || !row.is_faithful) {
    ++sum.without_payload;
    return {};
  }
  const wire::Payload payload = decode_again(decoder_, row);
  const auto outcome = TRY(writer_.replay(
      {row.device, row.stream, payload, first_64_bits(sha256(row.payload)), row.received_ms, row.payload},
      {row.id, was_without_name(row)}));
  sum.landed_records += outcome.landed;
  ++(outcome.verdict == LandResult::Verdict::refused ? sum.still_refused : sum.cleared);
  return {};
}

std::vector<ReplayedRows> Replay::report() const {
  std::vector<ReplayedRows> report;
  for (const auto& [kind, sum] : outcome_) {
    report.push_back(sum);
    report.back().stream = wire::stream_name(kind.first);
    report.back().reason = reason_name(kind.second);
  }
  return report;
}

bool is_vouched_for(const ReplaySelection& selection) {
  return !selection.ids.empty() || (selection.reason && needs_judgement(*selection.reason));
}

}  // namespace

bool needs_judgement(Reason reason) {
  return reason == Reason::not_authorised || reason == Reason::needs_envelope ||
         reason == Reason::identity_conflict;
}

Result<std::vector<ReplayedRows>> replay_quarantine(const std::filesystem::path& store_dir,
                                                    const ReplaySelection& selection, const Clock& clock,
                                                    std::int64_t rows_a_transaction) {
  auto reader = TRY(open_landing_for_reading(store_dir));
  WriterOptions options;
  options.speaks_for_everyone = [vouched = is_vouched_for(selection)](std::string_view) { return vouched; };
  auto writer = TRY(Writer::open(store_dir, std::move(options), clock));
  Replay replay(reader, writer, selection, rows_a_transaction);
  TRY_IN("quarantine replay", replay.run());
  return replay.report();
}

}  // namespace stedi::landing
