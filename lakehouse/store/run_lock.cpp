#include "lakehouse/store/run_lock.hpp"

#include <string>

namespace stedi::lakehouse {

Result<FileLock> lock_for_run(const std::filesystem::path& file, std::chrono::milliseconds patience,
                              std::string_view in_the_way) {
  return FileLock::take(file, {FileLock::Kind::alone, patience}, [&](const std::string& holder) {
    return fail(file.string() + holder + ": " + std::string(in_the_way));
  });
}

}  // namespace stedi::lakehouse
