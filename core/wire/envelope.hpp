// The envelope that names a batch, and the payload a gateway receives. Normative text: PROTOCOL.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/reading_block.hpp"
#include "core/record/reason.hpp"
#include "core/record/records.hpp"

namespace stedi::wire {

inline constexpr std::int64_t protocol_version = 1;

// With the device and the stream of the topic, a batch's name for ever.
struct BatchName {
  std::string boot;
  std::int64_t seq = 0;  // from 1, contiguous per (device, boot, stream)
};

// {"v":1,"boot":…,"seq":…,"records":[…]}; `records` are JSON texts, taken as they are.
std::string seal_envelope(const BatchName& name, std::span<const std::string> records);

// A boot id as a device makes it: 32 lower-case hexadecimal digits (any string within the limit is valid).
bool is_valid_boot(std::string_view boot);

struct RefusedRecord {
  Reason reason;
  std::string payload;      // its text as printable_payload() gives it
  bool is_message = false;  // the whole message rather than one record of it
  bool is_faithful = true;  // the payload is what came, byte for byte, but for white space around it
  bool is_whole = true;     // nothing of what came is missing in it
};

RefusedRecord refused_record(Reason reason, std::string_view text);

// What an envelope that cannot be used, or kept whole, said of itself, so that its device can be told to
// stop.
struct RefusedEnvelope {
  Reason reason;
  std::optional<std::string> boot;
  std::optional<std::int64_t> seq;
};

// One message, decoded: every record is in one of these or among the refused.
// Only what belongs to the message's own stream is ever filled.
struct Payload {
  std::optional<BatchName> name;  // nullopt: bare records, or an unusable payload
  std::optional<RefusedEnvelope> refused_envelope;
  std::vector<CustomerRecord> customers;
  std::vector<ConsentEvent> consents;
  std::vector<PairingEvent> pairings;
  EachSensor<ReadingBlock> readings;
  std::vector<GapRecord> gaps;
  std::vector<RefusedRecord> refused;

  std::size_t landed_records() const;
  std::size_t received_records() const { return landed_records() + refused.size(); }
};

// One a thread. Never fails: what cannot be used is in `refused`.
class PayloadDecoder {
 public:
  PayloadDecoder();
  ~PayloadDecoder();
  PayloadDecoder(PayloadDecoder&&) noexcept;
  PayloadDecoder& operator=(PayloadDecoder&&) noexcept;

  Payload decode(Stream stream, std::string_view bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// All that decode() needs of a payload: of one beyond max_message_bytes its front, long enough to name it and
// to be seen to be too long. So that what a broker lets through fits into a queue, is quarantined and
// answered.
std::string_view readable_part(std::string_view bytes);

// `bytes` as text a TEXT column can hold: invalid UTF-8 and U+0000 as \xNN, cut at
// max_quarantine_payload_bytes.
std::string printable_payload(std::string_view bytes);

}  // namespace stedi::wire
