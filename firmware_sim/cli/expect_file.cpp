#include "firmware_sim/cli/expect_file.hpp"

#include <fstream>

namespace stedi::firmware {

Result<void> write_expect_file(const std::filesystem::path& file, const std::string& toml) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << toml;
  out.close();
  if (!out) return fail("cannot write " + file.string());
  return {};
}

}  // namespace stedi::firmware
