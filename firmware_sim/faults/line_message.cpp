#include "firmware_sim/faults/line_message.hpp"

#include <charconv>

#include "core/wire/ack.hpp"
#include "core/wire/topic.hpp"

namespace stedi::firmware {

namespace {

struct BatchLabel {
  std::string boot;
  std::int64_t seq = 0;
};

// What our own envelopes begin with: {"v":1,"boot":"…","seq":N,
BatchLabel label_of(std::string_view payload) {
  constexpr std::string_view boot_key = "\"boot\":\"";
  constexpr std::string_view seq_key = "\"seq\":";
  BatchLabel label;
  const auto boot = payload.find(boot_key);
  const auto seq = payload.find(seq_key);
  if (boot == std::string_view::npos || seq == std::string_view::npos) return label;
  const std::string_view rest = payload.substr(boot + boot_key.size());
  label.boot = rest.substr(0, rest.find('"'));
  const char* digits = payload.data() + seq + seq_key.size();
  std::from_chars(digits, payload.data() + payload.size(), label.seq);
  return label;
}

// The member `acked` of an ack, as it stands there.
std::string acked_of(const wire::Ack& ack) {
  std::string text = "{";
  for (const auto& [stream, ranges] : ack.acked) {
    text += (text.size() > 1 ? ",\"" : "\"") + std::string(wire::stream_name(stream)) + "\":[";
    for (const wire::SeqRange& range : ranges)
      text += (text.back() == '[' ? "[" : ",[") + std::to_string(range.from) + "," +
              std::to_string(range.to) + "]";
    text += "]";
  }
  return text + "}";
}

}  // namespace

bool may_be_struck(std::string_view topic) {
  return wire::parse_up_topic(topic).has_value() || wire::parse_ack_topic(topic).has_value();
}

FaultLine fault_of(std::string_view kind, const LineMessage& message, const std::string& digest) {
  FaultLine line;
  line.kind = kind;
  line.digest = digest;
  if (message.direction == Direction::up) {
    const auto up = wire::parse_up_topic(message.topic);
    BatchLabel label = label_of(message.payload);
    line.device = up->device;
    line.stream = wire::stream_name(up->stream);
    line.boot = std::move(label.boot);
    line.seq = label.seq;
    line.expect = digest.empty() ? Expectation::landed_or_gap : Expectation::quarantined;
  } else {
    line.device = *wire::parse_ack_topic(message.topic);
    const auto ack = wire::decode_ack(message.payload);
    if (ack && ack->boot) line.boot = *ack->boot;
    if (ack) line.acked = acked_of(*ack);
    line.expect = Expectation::settled;
  }
  return line;
}

}  // namespace stedi::firmware
