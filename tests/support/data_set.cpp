#include "tests/support/data_set.hpp"

namespace stedi::test {

std::optional<std::filesystem::path> stedi_data() {
  const char* const named = std::getenv("STEDI_DATA");
  std::filesystem::path folder = named != nullptr
                                     ? std::filesystem::path(named)
                                     : std::filesystem::path(STEDI_SOURCE_DIR) / "../shared/data/stedi";
  folder = folder.lexically_normal();
  if (!std::filesystem::is_directory(folder / "customer" / "landing")) {
    return std::nullopt;
  }
  return folder;
}

}  // namespace stedi::test
