// The databases of a store.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lakehouse/store/store_folder.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

std::filesystem::path ledger_file(const StoreFolder& store);

// A profile's tables: STORE/zones-<profile>.db, its write-ahead log, and what one `run` at a time locks.
std::string zones_name(Profile profile);  // "zones-strict.db", as messages say it
std::filesystem::path zones_file(const std::filesystem::path& store_dir, Profile profile);
std::filesystem::path zones_log_file(const std::filesystem::path& store_dir, Profile profile);
std::filesystem::path zones_lock_file(const std::filesystem::path& store_dir, Profile profile);

// Their names, each before those that it is made of: copied in this order, a table's consent is in the copy
// of the ledger, and what both were made of in that of the landing zone.
const std::vector<std::string>& store_files();

}  // namespace stedi::lakehouse
