#include "firmware_sim/player/role_file.hpp"

#include "core/file/new_file.hpp"
#include "firmware_sim/spool/folder_lock.hpp"

namespace stedi::firmware {

namespace {
std::filesystem::path role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  return roles_dir / (website_id + ".toml");
}
}  // namespace

Result<void> write_role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  TRY(make_private_folder(roles_dir));
  const std::filesystem::path file = role_file(roles_dir, website_id);
  // Under its final name the file is always whole, and whatever our umask nobody else can write it: the
  // gateway would not trust it.
  auto made = TRY(NewFile::create(file, NewFile::Readers::everybody));
  made.write("website = [\"" + website_id + "\"]\n");
  return made.publish();
}

void remove_role_file(const std::filesystem::path& roles_dir, const std::string& website_id) {
  std::error_code ignored;
  std::filesystem::remove(role_file(roles_dir, website_id), ignored);
}

}  // namespace stedi::firmware
