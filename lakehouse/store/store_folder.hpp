// Where a store keeps its files, and its keys.
#pragma once

#include <filesystem>

namespace stedi::lakehouse {

struct StoreFolder {
  std::filesystem::path dir;
  std::filesystem::path keys_dir;  // outside `dir`: whoever copies the store must not copy the keys with it
};

}  // namespace stedi::lakehouse
