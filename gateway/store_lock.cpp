#include "gateway/store_lock.hpp"

#include "core/file/durable.hpp"
#include "lakehouse/landing/store_use.hpp"

namespace stedi::gateway {

Result<FolderLock> lock_store(const std::filesystem::path& store_dir) {
  TRY_IN("store " + store_dir.string(), make_durable_folder(store_dir));
  return FolderLock::take(store_dir, "gateway.lock", [&](const std::string& holder) {
    // A restore has the same lock, and has the store alone besides.
    TRY(landing::StoreUse::share(store_dir));
    return fail("store " + store_dir.string() + ": another gateway has it" + holder +
                "; stop that one first");
  });
}

}  // namespace stedi::gateway
