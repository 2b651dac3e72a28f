// The tables, indexes and views of an empty zones file.
#pragma once

#include <string>

#include "core/result.hpp"
#include "lakehouse/tables/profile.hpp"

namespace stedi::lakehouse {

// Statements that make them.
Result<std::string> zones_schema(Profile profile);

// SHA-256, hexadecimal, of what they make, however it is worded: a zones file made by others is made anew.
std::string schema_hash(const std::string& schema);

}  // namespace stedi::lakehouse
