// The records of the STEDI streams. Strings are as landed (not trimmed, not lower-cased), UTF-8 without
// U+0000. Times are milliseconds since 1970-01-01 UTC. `extra` is a JSON object of the fields that have no
// place of their own (unknown fields, optional fields of a wrong type), or empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/record/sensor_stream.hpp"
#include "core/record/stream.hpp"

namespace stedi {

struct CustomerRecord {
  std::string email;
  std::optional<std::string> customer_name;
  std::optional<std::string> phone;
  std::optional<std::string> birth_day;
  std::optional<std::string> serial_number;
  std::optional<std::int64_t> registration_ms;
  std::optional<std::int64_t> last_update_ms;
  std::optional<std::int64_t> research_from_ms;
  std::optional<std::int64_t> public_from_ms;
  std::optional<std::int64_t> friends_from_ms;
  bool last_update_invalid = false;  // present, but no integer: counts as the receipt time
  bool research_is_number = false;   // a JSON number other than 0, whole or not: agreed for `reference`
  std::string extra;
};

struct ConsentEvent {
  enum class Action { grant, withdraw };
  std::string email;
  std::string purpose;
  Action action = Action::withdraw;
  std::int64_t timestamp_ms = 0;
  std::string extra;
  // Of a withdrawal alone: it counts as of its receipt, because timestamp_ms is then 0, an implausible time.
  // What stood there is among the extra fields.
  bool time_is_unreadable = false;
};

struct PairingEvent {
  std::string serial_number;
  std::optional<std::string> email;  // nullopt: from then on the serial is nobody's
  std::int64_t timestamp_ms = 0;
  std::string extra;
};

// Readings that a device accepted and then had to drop: a loss is never silent.
struct GapRecord {
  std::string boot;            // the lost batches' boot
  std::string stream;          // and stream
  std::int64_t first_seq = 0;  // first and last lost batch, inclusive
  std::int64_t last_seq = 0;
  std::int64_t records = 0;              // how many records they held
  std::string reason;                    // e.g. "spool_full"
  std::optional<std::int64_t> first_ms;  // times of the first and last lost reading
  std::optional<std::int64_t> last_ms;
  std::string extra;
};

}  // namespace stedi
