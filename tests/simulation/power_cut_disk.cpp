#include "tests/simulation/power_cut_disk.hpp"

#include <sqlite3.h>

#include <algorithm>

#include "tests/simulation/power_cut_vfs.hpp"
#include "tests/simulation/trace.hpp"
#include "tests/support/process.hpp"

namespace stedi::simulation {

namespace {

constexpr std::int64_t sector_bytes = 512;

void put(std::string& content, std::int64_t offset, std::string_view bytes) {
  const auto at = static_cast<std::size_t>(offset);
  if (content.size() < at + bytes.size()) content.resize(at + bytes.size(), '\0');
  content.replace(at, bytes.size(), bytes);
}

void undo(std::string& content, const FileHistory::Change& change) {
  content.resize(static_cast<std::size_t>(change.size_before), '\0');
  if (!change.before.empty()) put(content, change.offset, change.before);
}

void redo(std::string& content, const FileHistory::Change& change) {
  if (change.kind == FileHistory::Change::Kind::truncation) {
    content.resize(static_cast<std::size_t>(change.offset), '\0');
  } else {
    put(content, change.offset, change.after);
  }
}

// Of each sector either the old or the new.
void redo_some_sectors(std::string& content, const FileHistory::Change& change, Dice& dice) {
  if (change.kind == FileHistory::Change::Kind::truncation) {
    if (dice.chance(50)) redo(content, change);
    return;
  }
  const auto size = static_cast<std::int64_t>(change.after.size());
  for (std::int64_t from = 0; from < size;) {
    const std::int64_t to = std::min(size, from + sector_bytes - (change.offset + from) % sector_bytes);
    if (dice.chance(50))
      put(content, change.offset + from,
          std::string_view(change.after)
              .substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
    from = to;
  }
}

}  // namespace

// ---- One file

void FileHistory::sync() {
  for (Change& change : changes_) change.durable = !change.doomed;
  const auto first = std::find_if(changes_.begin(), changes_.end(), [](const Change& c) { return c.doomed; });
  changes_.erase(changes_.begin(), first);
  is_new = false;
}

void FileHistory::fail_sync() {
  for (Change& change : changes_) change.doomed = change.doomed || !change.durable;
}

std::string FileHistory::survive(std::string content, Dice& dice) const {
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) undo(content, *change);
  enum class Fate { all_lost, some_sectors, first_ones_kept };
  const auto fate = static_cast<Fate>(dice.below(3));
  const std::size_t kept = fate == Fate::first_ones_kept ? dice.below(changes_.size() + 1) : 0;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    if (change.durable || i < kept) {
      redo(content, change);
    } else if (fate == Fate::some_sectors) {
      redo_some_sectors(content, change, dice);
    }
  }
  return content;
}

// ---- The disk

PowerCutDisk::PowerCutDisk(const std::filesystem::path& folder, Machine& machine)
    : folder_(folder.string() + "/"), machine_(machine) {
  attach_disk(folder_, *this);
}

PowerCutDisk::~PowerCutDisk() {
  detach_disk(folder_);
}

int PowerCutDisk::may_write(bool grows) {
  if (trouble_ == DiskTrouble::full && grows) return SQLITE_FULL;
  if (trouble_ == DiskTrouble::write_error) return SQLITE_IOERR_WRITE;
  return machine_.effect(Effect::disk_write) ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int PowerCutDisk::sync(FileHistory& file) {
  if (!machine_.effect(Effect::disk_sync)) return SQLITE_IOERR_FSYNC;
  if (trouble_ == DiskTrouble::sync_error) {
    file.fail_sync();
    return SQLITE_IOERR_FSYNC;
  }
  if (!is_liar_) file.sync();
  return SQLITE_OK;
}

void PowerCutDisk::cut_power(Dice& dice) {
  trace("power cut:", folder_);
  for (const auto& [file, history] : files_) {
    if (!std::filesystem::exists(file)) continue;  // a draft that has been given its name
    if (history.is_new && dice.chance(50)) {
      std::filesystem::remove(file);
    } else if (!history.is_durable()) {
      test::write_text(file, history.survive(test::read_text(file), dice));
    }
  }
  files_.clear();
}

}  // namespace stedi::simulation
