// Messages that are quarantined whole.
#include "core/digest/digest.hpp"
#include "lakehouse/landing/sender_id.hpp"
#include "lakehouse/landing/writer_state.hpp"

namespace stedi::landing {

namespace {

// The same bytes may conflict under many names: each is kept once.
std::int64_t conflict_key(std::int64_t source_id, const Message& message) {
  return first_64_bits(sha256(std::to_string(source_id) + "/" + std::to_string(message.payload.name->seq) +
                              "/" + std::to_string(message.payload_hash)));
}

wire::RefusedRecord whole_message(Reason reason, std::string_view bytes) {
  wire::RefusedRecord refused = wire::refused_record(reason, bytes);
  refused.is_message = true;
  return refused;
}

}  // namespace

// A device repeats a message that it gets no acknowledgement for: once in the quarantine is enough.
Result<bool> Writer::State::is_first_refusal(std::int64_t content_hash) {
  TRY(database.run("INSERT OR IGNORE INTO refused_message (content_hash) VALUES (?)", content_hash));
  if (database.changed_rows() == 0) return false;
  TRY(database.run("DELETE FROM refused_message WHERE refused_id <= ?",
                   database.last_insert_id() - options.refusal_window));
  return true;
}

Result<LandResult> Writer::State::quarantine_whole_once(const Message& message, std::int64_t key,
                                                        const wire::RefusedRecord& refused) {
  const auto first = TRY(is_first_refusal(key));
  LandResult outcome;
  if (!first) return outcome;
  const auto source_id = TRY(inserter->source_id("bare", message.stream, "", ""));
  TRY(keep(outcome, message, refused, stored_sender_id(message.device)));
  close_batch({source_id, std::nullopt, message.payload_hash, message.received_ms, no_first_id, 0, 1});
  return outcome;
}

Result<LandResult> Writer::State::quarantine_conflict(const Message& message, std::int64_t source_id) {
  const auto refused = whole_message(Reason::identity_conflict, message.bytes);
  auto outcome = TRY(quarantine_whole_once(message, conflict_key(source_id, message), refused));
  outcome.verdict = refused.is_whole ? LandResult::Verdict::duplicate : LandResult::Verdict::withheld;
  outcome.conflict = true;
  return outcome;
}

Result<LandResult> Writer::State::quarantine(const Message& message, Reason reason) {
  speakers->next_message();
  if (message.payload.name) return quarantine_named(message, reason);
  auto outcome = quarantine_whole_once(message, message.payload_hash, whole_message(reason, message.bytes));
  if (outcome && message.payload.refused_envelope) outcome->verdict = LandResult::Verdict::refused;
  return outcome;
}

Result<LandResult> Writer::State::quarantine_named(const Message& message, Reason reason) {
  const wire::BatchName& name = *message.payload.name;
  const auto source_id = TRY(device_source(message, name.boot));
  const auto verdict = TRY(watermarks.judge(source_id, name.seq));
  if (verdict == Watermark::Verdict::landed) return LandResult{LandResult::Verdict::duplicate};
  if (verdict == Watermark::Verdict::too_far) return LandResult{LandResult::Verdict::withheld};
  const auto refused = whole_message(reason, message.bytes);
  if (!refused.is_whole) {
    auto cut = TRY(quarantine_whole_once(message, message.payload_hash, refused));
    cut.verdict = LandResult::Verdict::withheld;
    return cut;
  }
  LandResult outcome;
  TRY(keep(outcome, message, refused));
  close_batch({source_id, name.seq, message.payload_hash, message.received_ms, no_first_id, 0, 1});
  TRY(watermarks.add(source_id, name.seq, message.payload_hash));
  return outcome;
}

}  // namespace stedi::landing
