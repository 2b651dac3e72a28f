// A person's sittings as one HTML page that needs nothing else: inline SVG, no script, light or dark.
#pragma once

#include <string>

#include "firmware_sim/people/simulation.hpp"
#include "firmware_sim/plot/plot_data.hpp"

namespace stedi::firmware {

// Distance, |a|, true steps, activities and sensor faults of the person whose device it is (not the website),
// over true time. No name, email or serial is in it.
std::string plot_html(const Simulation& simulation, std::size_t device,
                      const std::vector<LedgerFault>& ledger = {});

}  // namespace stedi::firmware
