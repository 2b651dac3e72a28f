// The databases of a store.
#pragma once

#include <string>
#include <vector>

namespace stedi::lakehouse {

// Their names, each before those that it is made of: copied in this order, a table's consent is in the copy
// of the ledger, and what both were made of in that of the landing zone.
const std::vector<std::string>& store_files();

}  // namespace stedi::lakehouse
