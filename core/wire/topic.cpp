#include "core/wire/topic.hpp"

#include "core/record/limits.hpp"

namespace stedi::wire {

namespace {

constexpr std::string_view root = "stedi/v1/";

// {device, leaf} of stedi/v1/{device}/{leaf}.
struct Levels {
  std::string_view device;
  std::string_view leaf;
};

std::optional<Levels> split(std::string_view topic) {
  if (!topic.starts_with(root)) return std::nullopt;
  topic.remove_prefix(root.size());
  const std::size_t slash = topic.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash > limits::max_device_id_bytes)
    return std::nullopt;
  return Levels{topic.substr(0, slash), topic.substr(slash + 1)};
}

std::string topic_of(std::string_view device, std::string_view leaf) {
  std::string topic(root);
  topic += device;
  topic += '/';
  topic += leaf;
  return topic;
}

std::string_view sensor_stream_name(Stream stream) {
  std::string_view name;
  for_each_sensor_reading([&]<typename Reading> {
    if (SensorStream<Reading>::stream == stream) name = SensorStream<Reading>::name;
  });
  return name;
}

}  // namespace

std::string_view stream_name(Stream stream) {
  switch (stream) {
    case Stream::customer:
      return "customer";
    case Stream::consent:
      return "consent";
    case Stream::pairing:
      return "pairing";
    case Stream::gap:
      return "gap";
    default:
      return sensor_stream_name(stream);
  }
}

std::optional<Stream> stream_named(std::string_view name) {
  for (const Stream stream : all_streams) {
    if (stream_name(stream) == name) return stream;
  }
  return std::nullopt;
}

bool accepts_bare_records(Stream stream) {
  return is_sensor_stream(stream);
}

std::optional<UpTopic> parse_up_topic(std::string_view topic) {
  const auto levels = split(topic);
  if (!levels) return std::nullopt;
  const auto stream = stream_named(levels->leaf);
  if (!stream) return std::nullopt;
  return UpTopic{levels->device, *stream};
}

std::optional<std::string_view> parse_ack_topic(std::string_view topic) {
  const auto levels = split(topic);
  if (!levels || levels->leaf != "ack") return std::nullopt;
  return levels->device;
}

std::string up_topic(std::string_view device, Stream stream) {
  return topic_of(device, stream_name(stream));
}
std::string ack_topic(std::string_view device) {
  return topic_of(device, "ack");
}
std::string status_topic(std::string_view device) {
  return topic_of(device, "status");
}
std::string up_filter(Stream stream) {
  return topic_of("+", stream_name(stream));
}

}  // namespace stedi::wire
