// A seed-format data set as the devices that it came from.
#pragma once

#include <filesystem>

#include "core/result.hpp"
#include "firmware_sim/feed/recording.hpp"

namespace stedi::firmware {

// Reads the data set into memory, up to max_data_set_bytes. Its digest, and the key of
// its names, cover every file's relative path and content.
Result<Recording> load_recording(const std::filesystem::path& folder);

}  // namespace stedi::firmware
