#include "core/wire/topic.hpp"

#include "core/record/limits.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

namespace {

void require_device(std::string_view device) {
  require(!device.empty() && device.size() <= limits::max_device_id_bytes, "a device id is bounded");
  require(device.find('/') == std::string_view::npos, "a device id is one level of a topic");
}

}  // namespace

void check(std::string_view input) {
  if (const auto up = wire::parse_up_topic(input)) {
    require_device(up->device);
    require(wire::up_topic(up->device, up->stream) == input, "a topic says device and stream, no more");
  }
  if (const auto device = wire::parse_ack_topic(input)) {
    require_device(*device);
    require(wire::ack_topic(*device) == input, "an ack topic says the device, no more");
  }
}

}  // namespace stedi::fuzz
