// What the website says: who registered, who agreed and withdrew, whose trainer is whose.
#pragma once

#include <memory>

#include "firmware_sim/feed/record_source.hpp"
#include "firmware_sim/people/scenario.hpp"

namespace stedi::firmware {

// They hold 16 bytes a record; the scenario outlives them.
std::unique_ptr<RecordSource> open_customers(const Scenario& scenario);
std::unique_ptr<RecordSource> open_consents(const Scenario& scenario);
std::unique_ptr<RecordSource> open_pairings(const Scenario& scenario);

}  // namespace stedi::firmware
