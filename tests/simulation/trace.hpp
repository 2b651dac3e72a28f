// What happens in a schedule, step by step, on stdout: for the one that STEDI_SEED names.
#pragma once

#include <iostream>

namespace stedi::simulation {

inline bool tracing = false;

template <typename... Parts>
void trace(const Parts&... parts) {
  if (!tracing) return;
  ((std::cout << parts << ' '), ...) << '\n';
}

}  // namespace stedi::simulation
