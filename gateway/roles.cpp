#include "gateway/roles.hpp"

#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "core/config/config_table.hpp"

namespace stedi::gateway {

namespace {

// A file that changes again within one tick of its time stamp looks unchanged: for so long after it was seen
// first it is read anew. Whatever its time stamp says, which may lie in the future.
constexpr std::int64_t time_stamp_tick_ms = 2'000;
// How long a withdrawn grant may still be honoured.
constexpr std::int64_t grant_lifetime_ms = 1'000;

bool is_trustworthy(const struct stat& status) {
  const bool trusted_owner = status.st_uid == geteuid() || status.st_uid == 0;
  return S_ISREG(status.st_mode) && trusted_owner && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

}  // namespace

Roles::Roles(std::vector<std::string> website, std::optional<std::filesystem::path> dir, const Clock& clock)
    : configured_(website.begin(), website.end()), dir_(std::move(dir)), clock_(clock) {}

bool Roles::speaks_for_everyone(std::string_view device) {
  if (configured_.contains(device)) return true;
  if (!dir_) return false;
  // The unknown are looked up at once: a replay starts right after it wrote its file.
  const bool fresh = clock_.monotonic_ms() - refreshed_ms_ < grant_lifetime_ms;
  if (!(fresh && granted_.contains(device))) refresh();
  return granted_.contains(device);
}

std::vector<Roles::Entry> Roles::list() {
  std::vector<Entry> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator file(*dir_, error), end; !error && file != end;
       file.increment(error)) {
    struct stat status {};
    if (file->path().extension() != ".toml" || ::stat(file->path().c_str(), &status) != 0) continue;
    const std::int64_t changed_ns =
        std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + std::int64_t{status.st_mtim.tv_nsec};
    entries.push_back({file->path().filename(), changed_ns, static_cast<std::uintmax_t>(status.st_size)});
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  const bool too_many = entries.size() > max_roles_files;
  if (too_many && !has_too_many_)
    spdlog::warn("roles: {} files, only the first {} by name are read: remove old ones", entries.size(),
                 max_roles_files);
  has_too_many_ = too_many;
  if (too_many) entries.resize(max_roles_files);
  return entries;
}

void Roles::refresh() {
  refreshed_ms_ = clock_.monotonic_ms();
  auto entries = list();
  const bool news = entries != entries_;
  if (!news && refreshed_ms_ - listed_ms_ > time_stamp_tick_ms) return;
  if (news) listed_ms_ = refreshed_ms_;
  entries_ = std::move(entries);
  granted_.clear();
  for (const Entry& entry : entries_) {
    if (const auto website = read(entry)) {
      granted_.insert(website->begin(), website->end());
    } else if (news) {
      spdlog::warn("roles: skipped: {}", website.error().message);
    }
  }
  if (news) spdlog::info("roles: {} website devices in {} files", granted_.size(), entries_.size());
}

Result<std::vector<std::string>> Roles::read(const Entry& entry) const {
  const std::filesystem::path file = *dir_ / entry.name;
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return std::vector<std::string>{};  // gone in the meantime
  if (!is_trustworthy(status))
    return fail(
        file.string() +
        ": must be a file of this account or root that nobody else can write: `chown` or `chmod go-w` it");
  if (entry.bytes > max_roles_file_bytes) return fail(file.string() + ": too large: split it or shorten it");
  auto table = TRY(ConfigTable::load(file));
  auto website = table.texts("website");
  TRY(table.finish());
  return website;
}

}  // namespace stedi::gateway
