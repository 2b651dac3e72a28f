// Replay of the quarantine. The batch log is append-only: what lands after all is a batch of its own, which
// takes back the one that was counted as quarantined.
#include "lakehouse/landing/writer_state.hpp"

namespace stedi::landing {

Result<LandResult> Writer::State::replay(const Message& message, const QuarantinedRow& row) {
  speakers->next_message();
  const wire::Payload& payload = message.payload;
  if (payload.refused_envelope || payload.landed_records() == 0)
    return LandResult{LandResult::Verdict::refused};
  const bool has_new_name = row.may_have_new_name && payload.name && !message.device.empty();
  if (!has_new_name) {
    const auto source_id = TRY(inserter->source_id("replay", message.stream, "", ""));
    return replay_as(source_id, std::nullopt, message, row);
  }
  // Its device may have sent it again in the meantime, or may do so later.
  const auto source_id = TRY(device_source(message, payload.name->boot));
  const auto verdict = TRY(watermarks.judge(source_id, payload.name->seq));
  if (verdict == Watermark::Verdict::too_far) return LandResult{LandResult::Verdict::refused};
  if (verdict == Watermark::Verdict::fresh) return replay_as(source_id, payload.name->seq, message, row);
  TRY(mark_landed(row));
  const auto replays = TRY(inserter->source_id("replay", message.stream, "", ""));
  close_batch({replays, std::nullopt, message.payload_hash, message.received_ms, no_first_id, 0, -1});
  return LandResult{LandResult::Verdict::duplicate};
}

Result<LandResult> Writer::State::replay_as(std::int64_t source_id, std::optional<std::int64_t> seq,
                                            const Message& message, const QuarantinedRow& row) {
  const auto latest = TRY(database.integer("SELECT COALESCE(MAX(quarantine_id), 0) FROM quarantined_record"));
  const std::int64_t first_id = inserter->next_id(message.stream);
  auto outcome = TRY(land_records(message));
  if (outcome.landed == 0) {
    // Nobody may speak for any of it: the row stands for itself.
    TRY(database.run("DELETE FROM quarantined_record WHERE quarantine_id > ?", latest));
    return LandResult{LandResult::Verdict::refused};
  }
  TRY(mark_landed(row));
  close_batch({source_id, seq, message.payload_hash, message.received_ms, first_id, outcome.landed,
               outcome.quarantined - 1});
  if (!seq) return outcome;
  TRY(watermarks.add(source_id, *seq, message.payload_hash));
  return outcome;
}

// What has landed needs no second copy of a person's data.
Result<void> Writer::State::mark_landed(const QuarantinedRow& row) {
  return database.run("UPDATE quarantined_record SET landed_batch = ?, payload = '' WHERE quarantine_id = ?",
                      inserter->batch_id(), row.quarantine_id);
}

}  // namespace stedi::landing
