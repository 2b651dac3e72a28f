// A message on a bad line, and what the fault log says of one that a fault strikes.
#pragma once

#include <string>
#include <string_view>

#include "firmware_sim/faults/fault_log.hpp"

namespace stedi::firmware {

enum class Direction { up, down };

struct LineMessage {
  Direction direction;
  std::string topic;
  std::string payload;
  bool retain = false;
};

// Only the protocol's own messages are struck one by one: batches up, acks down.
bool may_be_struck(std::string_view topic);

// Which batch it carried or which ones it named, and what must be true of them; `digest`: of what was sent
// instead, when bytes were damaged. Precondition: it may be struck. The caller names it (id) and says when.
FaultLine fault_of(std::string_view kind, const LineMessage& message, const std::string& digest);

}  // namespace stedi::firmware
