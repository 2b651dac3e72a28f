// Where a broker is: tcp://, mqtt://, ssl:// or mqtts:// [USER[:PASSWORD]@]HOST[:PORT].
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/mqtt/client.hpp"
#include "core/result.hpp"

namespace stedi::mqtt {

struct BrokerUrl {
  bool tls = false;
  std::string host;        // with brackets when it is an IPv6 address
  std::uint16_t port = 0;  // 1883, with TLS 8883, when the URL names none
  std::string username;    // percent-decoded; empty when the URL names none
  std::string password;

  // For the library, and fit for logs: mqtt:// and mqtts:// in Paho's own words, without credentials.
  std::string address() const;
};

// Usage errors, which never repeat the text: it may hold a password.
Result<BrokerUrl> parse_broker_url(std::string_view text);

// Where these options lead. Fails (usage) as parse_broker_url() does, and when a TLS file cannot be read.
Result<BrokerUrl> broker_of(const Options& options);

}  // namespace stedi::mqtt
