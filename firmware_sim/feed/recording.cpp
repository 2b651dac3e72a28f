#include "firmware_sim/feed/recording.hpp"

#include <algorithm>

namespace stedi::firmware {

std::size_t RecordingBuilder::add_device(DeviceKind kind, const std::string& name) {
  const auto [found, is_new] = devices_.try_emplace({kind, name}, recording_.devices.size());
  if (is_new) recording_.devices.push_back({kind, name});
  return found->second;
}

void RecordingBuilder::add(DeviceKind kind, const std::string& device, Stream stream, RecordedRecord record) {
  const std::size_t owner = add_device(kind, device);
  const auto [found, is_new] = streams_.try_emplace({owner, stream}, recording_.streams.size());
  if (is_new) recording_.streams.push_back({owner, stream, {}});
  recording_.streams[found->second].records.push_back(record);
}

Recording RecordingBuilder::finish() {
  for (RecordedStream& stream : recording_.streams) {
    std::stable_sort(
        stream.records.begin(), stream.records.end(),
        [](const RecordedRecord& one, const RecordedRecord& other) { return one.time_ms < other.time_ms; });
  }
  return std::move(recording_);
}

}  // namespace stedi::firmware
