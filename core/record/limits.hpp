// The protocol's limits. Each has a test at the limit; PROTOCOL.md states the same numbers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stedi::limits {

inline constexpr std::size_t max_message_bytes = 262'144;  // one MQTT payload
inline constexpr std::size_t max_batch_records = 1000;     // records in one payload
inline constexpr std::size_t max_record_bytes = 65'536;    // one record's text, trimmed
inline constexpr std::size_t max_string_bytes = 1024;      // one string, key or value, decoded UTF-8
inline constexpr std::size_t max_nesting = 16;             // arrays and objects within an unknown field
inline constexpr std::size_t max_unknown_fields = 64;      // unknown fields of one object, at any depth
inline constexpr std::size_t max_device_id_bytes = 64;     // the device level of a topic
inline constexpr std::size_t max_boot_id_bytes = 64;       // the boot of an envelope
// What is kept of a refused payload, as text: all of any message, unless much of it is no text.
inline constexpr std::size_t max_quarantine_payload_bytes = 262'144;

// Integers beyond this are not exact in a double, hence not in every JSON reader.
inline constexpr std::int64_t max_integer = (std::int64_t{1} << 53) - 1;

// An instant before this, or later than this long after its receipt, is implausible. The SQL under lakehouse/
// repeats both numbers, as plain text for several engines: tests/unit/lakehouse/policy_numbers_test.cpp fails
// at every line that differs. docs/policy.md, "Changing a rule", lists the other places.
inline constexpr std::int64_t earliest_plausible_ms = 946'684'800'000;  // 2000-01-01 UTC
inline constexpr std::int64_t max_ahead_of_receipt_ms = 86'400'000;     // 24 h

// Before and after every instant that a record can hold.
inline constexpr std::int64_t before_all_ms = -max_integer - 1;
inline constexpr std::int64_t after_all_ms = max_integer + 1;

}  // namespace stedi::limits
