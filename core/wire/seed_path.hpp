// Which files hold records in the seed format, and of which stream: by what they are called and where they
// stand. One rule for whoever reads such files.
#pragma once

#include <filesystem>
#include <optional>

#include "core/record/records.hpp"

namespace stedi::wire {

// *.json, *.jsonl or *.ndjson, in any letter case.
bool is_seed_file(const std::filesystem::path& file);

// By the nearest folder named customer, accelerometer, step_trainer, consent or pairing, in any letter
// case and with or without _landing, from its own up to `given`; else by what its name starts with; else by
// the nearest such folder above: a home named `customer` says nothing of the files below that say it
// themselves. `given` is what a person named: a folder around the file, or the file itself, and then its own
// folder alone comes before its name. A link counts where it stands. nullopt: nothing says it.
std::optional<Stream> stream_of_seed_file(const std::filesystem::path& file,
                                          const std::filesystem::path& given);

}  // namespace stedi::wire
