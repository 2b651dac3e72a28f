// The databases of a store.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lakehouse/store/store_folder.hpp"

namespace stedi::lakehouse {

std::filesystem::path ledger_file(const StoreFolder& store);

// Their names, each before those that it is made of: copied in this order, a table's consent is in the copy
// of the ledger, and what both were made of in that of the landing zone.
const std::vector<std::string>& store_files();

}  // namespace stedi::lakehouse
