// The rival: a subscriber on the same client library that counts messages and forgets them. Runs as a process
// of its own, as the gateway does.
#pragma once

#include <cstddef>
#include <string>

namespace stedi::bench {

// Prints "subscribed", then, when `messages` have come, "counted NANOSECONDS" by the steady clock. The exit
// status.
int run_null_subscriber(const std::string& broker_url, std::size_t messages);

}  // namespace stedi::bench
