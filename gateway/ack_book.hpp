// The acknowledgements a group of messages has earned, held back until the group is committed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/record/records.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/envelope.hpp"

namespace stedi::gateway {

struct DeviceAck {
  std::string device;
  wire::Ack ack;
};

// One thread.
class AckBook {
 public:
  void acknowledge(std::string_view device, Stream stream, const wire::BatchName& batch);
  void refuse(std::string_view device, Stream stream, const wire::RefusedEnvelope& envelope);

  // One ack a device and boot, adjacent sequence numbers joined into ranges; empties the book.
  std::vector<DeviceAck> take();
  // After a failed commit nothing may be acknowledged.
  void tear_up() { acks_.clear(); }

 private:
  // Device and boot; nullopt for a refused envelope whose boot could not be read.
  using Sender = std::pair<std::string, std::optional<std::string>>;
  wire::Ack& ack_of(std::string_view device, const std::optional<std::string>& boot);

  std::map<Sender, wire::Ack> acks_;
};

}  // namespace stedi::gateway
