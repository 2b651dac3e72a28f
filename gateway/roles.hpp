// Which devices speak for everyone: the role `website` of the wire protocol.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace stedi::gateway {

inline constexpr std::size_t max_roles_files = 1'000;  // read of the folder, in the order of their names
inline constexpr std::uintmax_t max_roles_file_bytes = 65'536;  // a larger one is skipped

// The device ids of the configuration, and those of a folder of files `*.toml` with `website = ["<id>", …]`,
// which is read again when it has changed. A file there grants authority over everyone's customer records, so
// one that others than its owner, this account or root, can write is skipped, and so is a malformed one.
// One thread.
class Roles {
 public:
  Roles(std::vector<std::string> website, std::optional<std::filesystem::path> dir, const Clock& clock);

  bool speaks_for_everyone(std::string_view device);

 private:
  struct Entry {
    std::string name;
    std::int64_t changed_ns = 0;
    std::uintmax_t bytes = 0;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> list();
  void refresh();
  Result<std::vector<std::string>> read(const Entry& entry) const;

  const std::set<std::string, std::less<>> configured_;
  const std::optional<std::filesystem::path> dir_;
  const Clock& clock_;
  std::set<std::string, std::less<>> granted_;  // by the folder
  std::vector<Entry> entries_;                  // as they were when granted_ was read
  std::int64_t listed_ms_ = 0;                  // monotonic, when they were seen first
  bool has_too_many_ = false;                   // files in the folder; the log has been told
  std::int64_t refreshed_ms_ = 0;               // monotonic
};

}  // namespace stedi::gateway
