// mqtt::Client on Eclipse Paho MQTT C++. The only place, with its source file, that knows Paho.
#pragma once

#include <memory>

#include "core/mqtt/client.hpp"

namespace stedi::mqtt {

// Fails (usage) when the broker URL is none of tcp, mqtt, ssl, mqtts or a TLS file cannot be read.
Result<std::unique_ptr<Client>> make_paho_client(Options options, Handlers handlers);

}  // namespace stedi::mqtt
