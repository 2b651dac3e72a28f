// The verdict on a message, by its name.
#include "core/wire/topic.hpp"
#include "lakehouse/landing/sender_id.hpp"
#include "lakehouse/landing/writer_state.hpp"

namespace stedi::landing {

Result<LandResult> Writer::State::land(const Message& message) {
  speakers->next_message();
  if (message.payload.refused_envelope) return land_refused_envelope(message);
  return message.payload.name ? land_named(message) : land_bare(message);
}

Result<LandResult> Writer::State::land_refused_envelope(const Message& message) {
  auto outcome = quarantine_whole_once(message, message.payload_hash, message.payload.refused.front());
  if (outcome) outcome->verdict = LandResult::Verdict::refused;
  return outcome;
}

Result<LandResult> Writer::State::land_bare(const Message& message) {
  if (message.payload.received_records() == 0) return LandResult{};
  const std::int64_t first_id = inserter->next_id(message.stream);
  // Whatever a stray client put into its topic may be personal: bare messages keep no device.
  const auto source_id = TRY(inserter->source_id("bare", message.stream, "", ""));
  auto outcome = TRY(land_records(message));
  close_batch({source_id, std::nullopt, message.payload_hash, message.received_ms, first_id, outcome.landed,
               outcome.quarantined});
  return outcome;
}

Result<LandResult> Writer::State::land_named(const Message& message) {
  const wire::BatchName& name = *message.payload.name;
  const auto source_id = TRY(device_source(message, name.boot));
  const auto verdict = TRY(watermarks.judge(source_id, name.seq));
  switch (verdict) {
    case Watermark::Verdict::landed:
      return land_again(message, source_id);
    case Watermark::Verdict::too_far:
      return LandResult{LandResult::Verdict::withheld};
    case Watermark::Verdict::fresh:
      break;
  }
  const std::int64_t first_id = inserter->next_id(message.stream);
  auto outcome = TRY(land_records(message));
  close_batch({source_id, name.seq, message.payload_hash, message.received_ms, first_id, outcome.landed,
               outcome.quarantined});
  TRY(watermarks.add(source_id, name.seq, message.payload_hash));
  return outcome;
}

// The same name again: the same batch sent twice, or (a restored spool) another batch under a used name.
Result<LandResult> Writer::State::land_again(const Message& message, std::int64_t source_id) {
  const auto landed_hash = watermarks.hash_of(source_id, message.payload.name->seq);
  if (!landed_hash || *landed_hash == message.payload_hash) return LandResult{LandResult::Verdict::duplicate};
  return quarantine_conflict(message, source_id);
}

Result<std::int64_t> Writer::State::device_source(const Message& message, const std::string& boot) {
  std::string key(wire::stream_name(message.stream));
  key += '/';
  key += message.device;
  key += '/';
  key += boot;
  if (const auto known = sources.find(key); known != sources.end()) return known->second;
  auto id = TRY(inserter->source_id("device", message.stream, stored_sender_id(message.device),
                                    stored_sender_id(boot)));
  if (sources.size() >= options.max_cached_sources) sources.clear();
  sources.emplace(std::move(key), id);
  return id;
}

}  // namespace stedi::landing
