// How many connections the system lets this process have.
#pragma once

#include <cstddef>

#include "core/result.hpp"

namespace stedi::firmware {

// Of a pooled connection: its socket, and the pair with which the library would wake a thread of its own.
inline constexpr std::size_t descriptors_a_connection = 3;
// Spool, logs, libraries.
inline constexpr std::size_t other_descriptors = 64;

// Raises this process's soft limit of open files as far as `connections` need it and the hard limit allows;
// beyond that a usage error.
Result<void> allow_connections(std::size_t connections);

}  // namespace stedi::firmware
