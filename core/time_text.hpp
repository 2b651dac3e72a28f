// Instants as people read them, in UTC; milliseconds are cut off.
#pragma once

#include <cstdint>
#include <string>

namespace stedi {

std::string utc_text(std::int64_t epoch_ms);            // "2022-06-18T14:18:55Z"
std::string utc_time_of_day(std::int64_t epoch_ms);     // "14:18:55"
std::string utc_for_file_names(std::int64_t epoch_ms);  // "20220618T141855Z"

}  // namespace stedi
