// Strict decoding of one record. simdjson On-Demand does not validate what is not visited and returns the
// first of duplicate keys, so every field is visited and the end is checked. A record is decoded whole or
// refused.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "core/record/reason.hpp"
#include "core/record/records.hpp"

namespace stedi {

// How many readable bytes must follow a text given to a decoder (simdjson reads ahead).
inline constexpr std::size_t decode_padding_bytes = 64;

// One a thread: owns the parser's buffers, which are reused from record to record.
class RecordDecoder {
 public:
  RecordDecoder();
  ~RecordDecoder();
  RecordDecoder(RecordDecoder&&) noexcept;
  RecordDecoder& operator=(RecordDecoder&&) noexcept;

  // Decodes one JSON object into `out`; nullopt when it is a record, else why it is refused (`out` is then
  // unspecified). The bytes after `json`, decode_padding_bytes of them, must be readable; their content is
  // free.
  std::optional<Reason> decode(std::string_view json, CustomerRecord& out);
  template <SensorReading Reading>
  std::optional<Reason> decode(std::string_view json, Reading& out);
  std::optional<Reason> decode(std::string_view json, ConsentEvent& out);
  std::optional<Reason> decode(std::string_view json, PairingEvent& out);
  std::optional<Reason> decode(std::string_view json, GapRecord& out);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace stedi
