// Instants as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace stedi {

// "2022-06-18T14:18:55Z"; milliseconds are cut off.
std::string utc_text(std::int64_t epoch_ms);

}  // namespace stedi
