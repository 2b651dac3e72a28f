// Why a record is quarantined: the closed set, as it stands in the view quarantine and in PROTOCOL.md.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace stedi {

enum class Reason {
  malformed_json,       // no JSON, invalid UTF-8, U+0000 or a lone surrogate in a string
  trailing_bytes,       // something after the record on its line
  not_an_object,        // JSON, but no record
  duplicate_key,        // the same field twice, in any spelling, at any depth
  missing_field,        // a required field is absent or null
  empty_field,          // a required string is empty after trimming
  wrong_type,           // a required field of another type, a quoted number, an unknown action
  fractional_time,      // a time that is no whole number of milliseconds
  out_of_range,         // an integer beyond 2^53 - 1
  non_finite,           // a number too large for a double
  string_too_long,      // over max_string_bytes
  record_too_long,      // over max_record_bytes
  nested_too_deep,      // over max_nesting or max_unknown_fields
  message_too_long,     // over max_message_bytes
  too_many_records,     // over max_batch_records
  bad_envelope,         // an object with "v" whose boot, seq or records is invalid
  unsupported_version,  // an envelope of another protocol version
  needs_envelope,       // customer, consent, pairing or gap sent bare
  identity_conflict,    // a batch name seen before with another payload
  not_authorised,       // the device may not speak for this subject
  not_storable,         // well-formed, but the database refuses it; never seen but in tests
};

inline constexpr std::size_t reason_count = 21;

// The reason's name, as stored: the enumerator's own spelling.
std::string_view reason_name(Reason reason);
// nullopt when there is no such reason.
std::optional<Reason> reason_named(std::string_view name);

}  // namespace stedi
