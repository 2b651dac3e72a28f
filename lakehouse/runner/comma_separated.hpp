#pragma once

#include <string>

namespace stedi::lakehouse {

// "a, b, c": of any range of names.
std::string comma_separated(const auto& names) {
  std::string list;
  for (const auto& name : names) {
    if (!list.empty()) list += ", ";
    list += name;
  }
  return list;
}

}  // namespace stedi::lakehouse
