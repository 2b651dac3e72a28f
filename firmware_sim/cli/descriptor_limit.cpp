#include "firmware_sim/cli/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <string>

namespace stedi::firmware {

Result<void> allow_connections(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {};
  const rlim_t needed = connections * descriptors_a_connection + other_descriptors;
  if (limit.rlim_cur >= needed) return {};
  if (limit.rlim_max < needed) {
    return usage_error(std::to_string(connections) + " connections need " + std::to_string(needed) +
                       " open files, and the system allows " + std::to_string(limit.rlim_max) +
                       ": raise the limit (ulimit -n) or share connections with --connections");
  }
  limit.rlim_cur = needed;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);  // below the hard limit it cannot fail
  return {};
}

}  // namespace stedi::firmware
