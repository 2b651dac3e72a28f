// What went wrong on purpose, one JSON object a line, so that a test can demand an account of each: where the
// batch it struck is now. Holds no personal data. docs: firmware_sim/README.md, "The fault log".
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace stedi::firmware {

// What must be true of a fault once all is acknowledged.
enum class Expectation {
  landed_or_gap,       // the batch named landed once, or a gap names it, or the gateway refused it
  quarantined,         // and the damaged bytes are in quarantine, unless the connection was lost right after
  record_quarantined,  // the record is in quarantine, and its neighbours landed; or as landed_or_gap
  settled,             // the batches that the ack named have landed: it comes again, or they are sent again
  law,                 // every batch that the device accepted has landed, or a gap names it
};

struct FaultLine {
  std::string id;  // the latest line of an id counts: a restart may strike again
  std::string_view kind;
  std::int64_t at_ms = 0;               // wall clock
  std::optional<std::int64_t> data_ms;  // the data's clock
  std::string device;                   // of the batch, or the first of the connection's
  std::string_view stream;              // empty: of no single batch
  std::string boot;
  std::int64_t seq = 0;  // 0: none
  std::string digest;    // of the damaged bytes (a message, or a record as it was sealed): SHA-256
  std::string acked;     // of an ack: what it named, as it stood there
  std::int64_t lasts_ms = 0;
  Expectation expect = Expectation::law;
};

// One line of the log, with its line break.
std::string fault_text(const FaultLine& line);

// Thread-safe.
class FaultLog {
 public:
  // Appends to the file, which is made (mode 0600) when absent; a line that a kill left unfinished is ended.
  static Result<std::unique_ptr<FaultLog>> open(const std::filesystem::path& file);
  ~FaultLog();
  FaultLog(const FaultLog&) = delete;
  FaultLog& operator=(const FaultLog&) = delete;

  // Handed to the system before it returns. A failure is kept for failure(): the network's threads have
  // nobody to tell.
  void add(const FaultLine& line);
  Result<void> failure() const;
  // Lines of this process by kind.
  std::map<std::string, std::size_t, std::less<>> counts() const;

 private:
  FaultLog(int descriptor, std::filesystem::path file) : descriptor_(descriptor), file_(std::move(file)) {}

  const int descriptor_;
  const std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t, std::less<>> counts_;
  std::optional<std::string> failure_;
};

}  // namespace stedi::firmware
