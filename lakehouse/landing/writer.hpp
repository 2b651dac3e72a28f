// Lands decoded messages in STORE/landing.db: typed rows, quarantine and the batch log in one transaction,
// with de-duplication by batch name and the check who may speak for whom. One a gateway; one thread.
//
// Invariant: after commit() returned success, every record of every message that land() called `landed` or
// `duplicate` is on disk (synchronous=FULL) or quarantined there, in the file at the store's path; after a
// failure nothing of it counts. Only when the file went away during the commit may it be in that file: then
// it is a duplicate once the file is back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/record/reason.hpp"
#include "core/record/records.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "core/wire/envelope.hpp"

namespace stedi::landing {

struct Message {
  std::string_view device;        // of the topic
  Stream stream;                  // of the topic
  const wire::Payload& payload;   // decoded
  std::int64_t payload_hash = 0;  // first_64_bits(sha256(the payload's bytes))
  std::int64_t received_ms = 0;   // wall clock at receipt
  std::string_view bytes;         // the payload as it came, for the quarantine
};

struct LandResult {
  enum class Verdict {
    landed,     // named batch or bare message: acknowledge after commit (when it has a name)
    duplicate,  // this name has landed before: acknowledge after commit all the same
    withheld,   // too far above the contiguous prefix, or not kept whole: neither landed nor acknowledged,
                // the device sends it again
    refused,    // unusable envelope, quarantined (once per content): tell the device in `refused`
  };
  Verdict verdict = Verdict::landed;
  std::int64_t landed = 0;           // records landed by this call
  std::int64_t quarantined = 0;      // records quarantined by this call
  std::vector<Reason> reasons = {};  // of each of these
  bool conflict = false;             // a duplicate in name, but not in content
};

// A row of the quarantine that is landed once more, see Writer::replay().
struct QuarantinedRow {
  std::int64_t quarantine_id = 0;
  bool may_have_new_name = false;  // an envelope that was refused because its name could not be read
};

struct WriterOptions {
  // Whether a device may speak for every subject (role website); any other is an app.
  std::function<bool(std::string_view device)> speaks_for_everyone;
  std::size_t max_ranges_per_source = 64;  // landed ranges kept above a contiguous prefix
  std::size_t conflict_window = 65'536;    // latest batches whose payload hash is remembered
  // Watermarks are saved this often, in a batch's own transaction; a start reads at most so many batches.
  std::int64_t checkpoint_every_batches = 65'536;
  std::size_t max_cached_sources = 50'000;  // senders and streams whose watermarks stay in memory
  // Latest messages without a usable name that are remembered, so that a repetition is not kept again.
  std::int64_t refusal_window = 65'536;
  int busy_ms = sqlite::default_busy_ms;  // how long begin() waits for another writer
};

class Writer {
 public:
  static Result<Writer> open(const std::filesystem::path& store_dir, WriterOptions options,
                             const Clock& clock);
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;
  ~Writer();

  // begin, land…, commit. After any failure the transaction is rolled back and the next begin() starts clean.
  Result<void> begin();
  Result<LandResult> land(const Message& message);
  // Instead of land(), after the database refused what the message holds: quarantines it whole.
  Result<LandResult> quarantine(const Message& message, Reason reason);
  // Lands what is good now of a quarantined row, whose payload was decoded again; the row then is quarantined
  // no more, and what of it is still bad takes its place. Verdict `refused`, and nothing changed: nothing of
  // it is good.
  Result<LandResult> replay(const Message& message, const QuarantinedRow& row);
  // Within the transaction: see expire_payloads.hpp.
  Result<std::int64_t> expire_payloads(std::int64_t days, std::int64_t now_ms, std::int64_t most);
  Result<void> commit();
  // Fails, with trouble `gone`, when landing.db or its write-ahead log is no longer the file that is open.
  // begin() and commit() do the same. Between transactions.
  Result<void> check_place();
  // Saves the watermarks, so that the next start reads a short tail. At shutdown.
  Result<void> save_watermarks();
  // Why the last failure happened, as far as a daemon reports it.
  sqlite::Trouble trouble() const;
  // Bytes of the write-ahead log so far: what a commit costs the disk.
  std::int64_t written_bytes() const;

 private:
  struct State;
  explicit Writer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace stedi::landing
