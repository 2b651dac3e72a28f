// The topics of wire protocol v1 (PROTOCOL.md).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/record/records.hpp"

namespace stedi::wire {

std::string_view stream_name(Stream stream);
std::optional<Stream> stream_named(std::string_view name);

// Bare records (no envelope) are accepted on sensor streams alone.
bool accepts_bare_records(Stream stream);

struct UpTopic {
  std::string_view device;  // into the text that was parsed
  Stream stream;
};

// stedi/v1/{device}/{stream}; nullopt when the text is no such topic or the device id is over its limit.
std::optional<UpTopic> parse_up_topic(std::string_view topic);
// The device of stedi/v1/{device}/ack.
std::optional<std::string_view> parse_ack_topic(std::string_view topic);

std::string up_topic(std::string_view device, Stream stream);
std::string ack_topic(std::string_view device);
std::string status_topic(std::string_view device);
// stedi/v1/+/{stream}: what a gateway subscribes to.
std::string up_filter(Stream stream);

inline constexpr std::string_view gateway_status_topic = "stedi/v1/gateway/status";
// Retained payloads of a status topic; `offline` is also the last will.
inline constexpr std::string_view status_online = R"({"v":1,"status":"online"})";
inline constexpr std::string_view status_offline = R"({"v":1,"status":"offline"})";

}  // namespace stedi::wire
