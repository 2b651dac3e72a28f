#include "core/wire/plain_envelope.hpp"

#include <algorithm>

#include "core/record/limits.hpp"
#include "core/record/plain_reader.hpp"
#include "core/record/plain_reading.hpp"

namespace stedi::wire {

namespace {

bool take_name(PlainReader& reader, BatchName& name) {
  std::string_view boot;
  if (!reader.take(R"({"v":1,"boot":")") || !reader.take_text(boot) || !is_valid_boot(boot) ||
      !reader.take(R"(,"seq":)") || !reader.take_integer(name.seq) || name.seq < 1)
    return false;
  name.boot.assign(boot);
  return true;
}

// Readings and the commas between them, up to what is neither.
template <typename Reading>
bool take_readings(PlainReader& reader, ReadingBlock<Reading>& block) {
  std::string_view owner;
  do {
    if (block.size() == limits::max_batch_records) return false;
    const std::size_t bytes = decode_plain_front(reader.rest(), block.readings.emplace_back(), owner);
    if (bytes == 0) return false;
    block.set_owner(owner);
    if (block.size() == 1)
      block.reserve(std::min(limits::max_batch_records, reader.rest().size() / bytes + 1));
    reader.skip(bytes);
  } while (reader.take(","));
  return true;
}

}  // namespace

bool decode_plain_envelope(Stream stream, std::string_view text, Payload& payload) {
  if (text.size() > limits::max_message_bytes) return false;
  PlainReader reader(text);
  if (!take_name(reader, payload.name.emplace()) || !reader.take(R"(,"records":[)")) return false;
  const bool taken = any_sensor_reading([&]<typename Reading> {
    return SensorStream<Reading>::stream == stream && take_readings(reader, payload.readings.of<Reading>());
  });
  return taken && reader.take("]}") && reader.at_end();
}

}  // namespace stedi::wire
