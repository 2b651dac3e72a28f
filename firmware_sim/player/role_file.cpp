#include "firmware_sim/player/role_file.hpp"

#include <fstream>

#include "firmware_sim/spool/folder_lock.hpp"

namespace stedi::firmware {

namespace {
std::filesystem::path role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  return roles_dir / (website_id + ".toml");
}
}  // namespace

Result<void> write_role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  if (auto made = make_private_folder(roles_dir); !made) return made;
  const std::filesystem::path file = role_file(roles_dir, website_id);
  // The gateway reads *.toml: under its final name the file is always whole.
  const std::filesystem::path draft = file.string() + ".new";
  std::ofstream out(draft, std::ios::trunc);
  out << "website = [\"" << website_id << "\"]\n";
  out.close();
  if (!out) return fail("cannot write " + draft.string());
  std::error_code error;
  std::filesystem::rename(draft, file, error);
  if (error) return fail("cannot write " + file.string() + ": " + error.message());
  return {};
}

void remove_role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  std::error_code ignored;
  std::filesystem::remove(role_file(roles_dir, website_id), ignored);
}

}  // namespace stedi::firmware
