#include "firmware_sim/player/role_file.hpp"

#include <fstream>

namespace stedi::firmware {

namespace {
std::filesystem::path role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  return roles_dir / (website_id + ".toml");
}
}  // namespace

Result<void> write_role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  std::error_code error;
  if (!std::filesystem::is_directory(roles_dir, error)) {
    std::filesystem::create_directories(roles_dir, error);
    if (!error) std::filesystem::permissions(roles_dir, std::filesystem::perms::owner_all, error);
  }
  if (error) return fail("cannot make the roles folder " + roles_dir.string() + ": " + error.message());
  const std::filesystem::path file = role_file(roles_dir, website_id);
  // The gateway reads *.toml: under its final name the file is always whole.
  const std::filesystem::path draft = file.string() + ".new";
  std::ofstream out(draft, std::ios::trunc);
  out << "website = [\"" << website_id << "\"]\n";
  out.close();
  if (!out) return fail("cannot write " + draft.string());
  std::filesystem::rename(draft, file, error);
  if (error) return fail("cannot write " + file.string() + ": " + error.message());
  return {};
}

void remove_role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  std::error_code ignored;
  std::filesystem::remove(role_file(roles_dir, website_id), ignored);
}

}  // namespace stedi::firmware
