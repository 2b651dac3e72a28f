// Sends small packets at once, which Paho offers no option for.
#pragma once

#include <cstdint>

namespace stedi::mqtt {

// Sets TCP_NODELAY on every TCP connection of this process to a peer at `port`. Without it an acknowledgement
// that follows a PUBACK waits for the broker's delayed TCP ACK: 40 ms, measured, against 1 ms.
void send_without_delay(std::uint16_t port);

}  // namespace stedi::mqtt
