// The records of a message that lands: into their tables, or into the quarantine one by one.
#include <algorithm>

#include "core/record/encode.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/landing/sender_id.hpp"
#include "lakehouse/landing/writer_state.hpp"

namespace stedi::landing {

namespace {

// A stream or a reason of a gap, of this version of the protocol or a later one: never free text.
bool is_word(std::string_view text) {
  constexpr std::size_t longest = 32;
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

Result<LandResult> Writer::State::land_records(const Message& message) {
  LandResult outcome;
  const wire::Payload& payload = message.payload;
  for (const wire::RefusedRecord& refused : payload.refused) TRY(keep(outcome, message, refused));
  TRY(land_each(payload.customers, message, outcome));
  TRY(land_each(payload.consents, message, outcome));
  TRY(land_each(payload.pairings, message, outcome));
  Result<void> done;
  any_sensor_reading([&]<typename Reading> {
    done = land_readings(payload.readings.of<Reading>(), message, outcome);
    return !done;
  });
  if (done) done = land_gaps(message, outcome);
  if (!done) return Failure(done.error());
  return outcome;
}

Result<void> Writer::State::keep(LandResult& outcome, const Message& message,
                                 const wire::RefusedRecord& refused, std::string_view device) {
  ++outcome.quarantined;
  outcome.reasons.push_back(refused.reason);
  return inserter->quarantine(message.stream, refused, message.received_ms, device);
}

template <typename Record>
Result<void> Writer::State::land_each(const std::vector<Record>& records, const Message& message,
                                      LandResult& outcome) {
  for (const Record& record : records) {
    const auto allowed = TRY(speakers->may_speak(record, message.device));
    if (allowed) {
      TRY(inserter->add(record, message.received_ms));
      ++outcome.landed;
    } else {
      const auto refused = wire::refused_record(Reason::not_authorised, encode(record));
      TRY(keep(outcome, message, refused));
    }
  }
  return {};
}

// Anybody may send readings.
template <typename Reading>
Result<void> Writer::State::land_readings(const ReadingBlock<Reading>& block, const Message& message,
                                          LandResult& outcome) {
  TRY(inserter->add(block, message.received_ms));
  outcome.landed += static_cast<std::int64_t>(block.size());
  return {};
}

Result<void> Writer::State::land_gaps(const Message& message, LandResult& outcome) {
  for (const GapRecord& gap : message.payload.gaps) TRY(land_gap(gap, message, outcome));
  return {};
}

Result<void> Writer::State::land_gap(const GapRecord& gap, const Message& message, LandResult& outcome) {
  const bool is_backwards = gap.first_seq > gap.last_seq;
  if (is_backwards || !is_word(gap.stream) || !is_word(gap.reason)) {
    const Reason reason = is_backwards ? Reason::out_of_range : Reason::wrong_type;
    return keep(outcome, message, wire::refused_record(reason, encode(gap)));
  }
  const std::string device = stored_sender_id(message.device);
  const std::string boot = stored_sender_id(gap.boot);
  TRY(inserter->add(gap, device, boot, message.received_ms));
  ++outcome.landed;
  const auto stream = wire::stream_named(gap.stream);
  if (!stream) return {};
  const auto source_id = TRY(inserter->source_id("device", *stream, device, boot));
  return watermarks.add_lost(source_id, {gap.first_seq, gap.last_seq});
}

}  // namespace stedi::landing
