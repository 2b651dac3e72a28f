// The device's own word on what it accepted, for a rig that compares it with what landed. One line a batch,
// `device boot stream seq records sha256`, appended and fsynced after the spool's commit, before anything of
// the batch is published. It never shrinks and holds no personal data.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "core/result.hpp"
#include "firmware_sim/spool/batch_store.hpp"

namespace stedi::firmware {

// `device boot stream seq`.
std::string accepted_name(const SealedBatch& batch);
std::string accepted_line(const SealedBatch& batch, std::string_view payload);

class AcceptedLog {
 public:
  // Makes the file (mode 0600) when it is absent; cuts off a line that a kill left unfinished. Takes the
  // names out of `names` that stand in it.
  static Result<AcceptedLog> open(const std::filesystem::path& file, std::set<std::string>& names);
  AcceptedLog(AcceptedLog&& other) noexcept;
  AcceptedLog& operator=(AcceptedLog&&) = delete;
  ~AcceptedLog();

  // Whole lines, each with its line break.
  Result<void> append(std::string_view lines);

 private:
  AcceptedLog(int descriptor, std::filesystem::path file) : descriptor_(descriptor), file_(std::move(file)) {}
  Failure failure(std::string_view what) const;
  int descriptor_;
  std::filesystem::path file_;
};

}  // namespace stedi::firmware
