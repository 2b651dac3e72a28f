// The laws of decoding one record, whichever it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/record/decode.hpp"
#include "core/record/encode.hpp"
#include "core/record/identity.hpp"
#include "core/record/limits.hpp"
#include "tests/fuzz/exact_text.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/same_members.hpp"

namespace stedi::fuzz {

template <typename Record>
std::optional<Record> decode_exactly(std::string_view text, std::string_view after,
                                     std::optional<Reason>& reason) {
  static RecordDecoder decoder;
  const ExactText exact(text, after);
  Record record;
  reason = decoder.decode(exact.view(), record);
  if (reason) return std::nullopt;
  return record;
}

// Numbers may grow when they are written out: 1e15 becomes 16 digits.
inline constexpr std::size_t most_growth_bytes = 256;

// Returns the record when the text is one.
template <typename Record>
std::optional<Record> require_record_laws(std::string_view text, const RecordFields& fields) {
  std::optional<Reason> reason;
  std::optional<Reason> reason_again;
  const auto record = decode_exactly<Record>(text, " ", reason);
  const auto again = decode_exactly<Record>(text, "\"}],{1", reason_again);
  require(reason == reason_again, "what stands after a text does not matter, nor what was decoded before");
  if (!record) {
    require(reason_name(*reason) != "unknown", "a refusal has a reason of the closed set");
    return std::nullopt;
  }
  const std::string encoded = encode(*record);
  require(encode(*again) == encoded, "decoding is a function of the text");
  require(encoded.size() <= text.size() + most_growth_bytes, "a record is not larger than its text");
  require(encoded.find_first_of("\r\n") == std::string::npos, "an encoded record is one line");
  require_same_members(trimmed(text), encoded, fields);
  if (encoded.size() > limits::max_record_bytes) return record;
  const auto back = decode_exactly<Record>(encoded, "\xff", reason);
  require(back.has_value(), "what was encoded can be decoded");
  require(encode(*back) == encoded, "decode and encode undo each other");
  return record;
}

}  // namespace stedi::fuzz
