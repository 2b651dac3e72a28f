// A disk that keeps its promises to the letter and not a bit more. SQLite works on it through a VFS that
// stands before the real one for every file below a disk's folder: what was written and not synced may be
// lost by a power cut, whole, from some write on, or sector by sector; a failed sync may lose what it was to
// keep, whatever later syncs say. The files are real ones, so that all else works on them too.
//
// What it grants: a write changes no byte outside of it, a synced file is there, a deleted one is gone.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tests/simulation/machine.hpp"
#include "tests/simulation/random.hpp"

namespace stedi::simulation {

enum class DiskTrouble { none, full, write_error, sync_error };

// One file's changes since all of it was durable.
class FileHistory {
 public:
  struct Change {
    enum class Kind { write, truncation };
    Kind kind;
    std::int64_t offset;       // of a truncation: the new size
    std::string before;        // the bytes it replaces, as far as the file had them
    std::string after;         // of a write
    std::int64_t size_before;  // of the file
    bool durable = false;
    bool doomed = false;  // a sync of it has failed: none makes it durable any more
  };

  void add(Change change) { changes_.push_back(std::move(change)); }
  void sync();
  void fail_sync();
  // What a power cut leaves of the content.
  std::string survive(std::string content, Dice& dice) const;
  bool is_durable() const { return changes_.empty(); }

  bool is_new = false;  // made by SQLite and never synced: a power cut may take the file itself

 private:
  std::vector<Change> changes_;
};

class PowerCutDisk {
 public:
  // `folder` exists; the machine outlives the disk. Disks do not lie in one another.
  PowerCutDisk(const std::filesystem::path& folder, Machine& machine);
  ~PowerCutDisk();
  PowerCutDisk(const PowerCutDisk&) = delete;
  PowerCutDisk& operator=(const PowerCutDisk&) = delete;

  void set_trouble(DiskTrouble trouble) { trouble_ = trouble; }
  DiskTrouble trouble() const { return trouble_; }
  // A disk that says it has synced and has not: what nobody can build a promise on.
  void make_a_liar() { is_liar_ = true; }
  // No file of it is open.
  void cut_power(Dice& dice);

  // For the VFS: SQLite's result codes.
  int may_write(bool grows);
  int sync(FileHistory& file);
  bool is_dead() const { return machine_.is_dead(); }
  FileHistory& history(const std::string& file) { return files_[file]; }
  void forget(const std::string& file) { files_.erase(file); }

 private:
  const std::string folder_;
  Machine& machine_;
  DiskTrouble trouble_ = DiskTrouble::none;
  bool is_liar_ = false;
  std::map<std::string, FileHistory> files_;  // by path
};

}  // namespace stedi::simulation
