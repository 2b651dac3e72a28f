// Which device a record comes from, and how it travels in an envelope.
#pragma once

#include <string>
#include <string_view>

#include "core/record/decode.hpp"
#include "core/record/reading_block.hpp"
#include "firmware_sim/feed/recording.hpp"

namespace stedi::firmware {

// Readings come from the phone of their email identity or the trainer of their trimmed serial; customer,
// consent and pairing records, and all that cannot be attributed, from the website device. One a thread.
class Attributor {
 public:
  explicit Attributor(RecordingBuilder& builder) : builder_(builder) {}

  // Puts one line of a seed file under its device. decode_padding_bytes bytes after it must be readable, and
  // it must live as long as the recording. What is no reading travels as embedding.hpp says.
  void add(Stream stream, std::string_view line);

 private:
  template <SensorReading Reading>
  void add_reading(std::string_view line);
  void add_event(Stream stream, std::string_view line);
  void add_refused(Stream stream, std::string_view line, Reason reason);

  RecordingBuilder& builder_;
  RecordDecoder decoder_;
  CustomerRecord customer_;
  ConsentEvent consent_;
  PairingEvent pairing_;
  template <SensorReading Reading>
  struct Decoded {
    Reading reading;  // keeps its strings' memory from line to line
  };
  EachSensor<Decoded> readings_;
};

}  // namespace stedi::firmware
