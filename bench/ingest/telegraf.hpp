// Telegraf beside the gateway: mqtt_consumer at QoS 1 with a persistent session, into SQLite by outputs.sql.
//
// What durable means there: Telegraf confirms a message to the broker when its readings are in a committed
// transaction (WAL, synchronous=FULL). The broker has confirmed it to the device long before, so that a
// device never learns it; a broker that dies with the message loses it. Ours acknowledges to the device,
// after the commit.
#pragma once

#include <filesystem>
#include <string>

#include "bench/ingest/publishers.hpp"

namespace stedi::bench {

struct TelegrafResult {
  double readings_per_second = 0;  // from the first publish to the last row committed
  double peak_mib = 0;
};

// The same publishers, broker configuration and payloads as for the gateway. Counts the rows; throws when
// they are not all there.
TelegrafResult measure_telegraf(const std::filesystem::path& program, const Load& load);

}  // namespace stedi::bench
