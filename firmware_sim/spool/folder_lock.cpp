#include "firmware_sim/spool/folder_lock.hpp"

#include <sys/stat.h>

#include "core/file/durable.hpp"

namespace stedi::firmware {

Result<void> make_private_folder(const std::filesystem::path& folder) {
  return make_durable_folder(folder, S_IRWXU);
}

Result<FolderLock> lock_spool(const std::filesystem::path& folder) {
  TRY(make_private_folder(folder));
  return FolderLock::take(folder, "spool.lock", [&](const std::string& holder) {
    return usage_error("the spool " + folder.string() + " is in use by another process" + holder +
                       ": wait for it or give another --spool");
  });
}

}  // namespace stedi::firmware
