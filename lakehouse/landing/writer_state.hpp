// What a Writer holds, and its work: transactions in writer.cpp, verdicts on messages in messages.cpp, their
// records in records.cpp, messages that are quarantined whole in refusals.cpp, what lands after all in
// replay.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/sqlite/place.hpp"
#include "lakehouse/landing/inserter.hpp"
#include "lakehouse/landing/speakers.hpp"
#include "lakehouse/landing/watermarks.hpp"
#include "lakehouse/landing/writer.hpp"

namespace stedi::landing {

// First id of the rows of a batch that has none.
inline constexpr std::int64_t no_first_id = 0;

struct Writer::State {
  State(sqlite::Database opened, sqlite::Place at, WriterOptions given)
      : database(std::move(opened)),
        place(std::move(at)),
        options(std::move(given)),
        watermarks(database, {.max_ranges = options.max_ranges_per_source,
                              .conflict_window = options.conflict_window,
                              .max_cached_sources = options.max_cached_sources}) {}

  sqlite::Database database;  // first: the others hold on to it
  sqlite::Place place;
  WriterOptions options;
  Watermarks watermarks;
  std::unique_ptr<Inserter> inserter;
  std::optional<Speakers> speakers;
  std::optional<sqlite::Transaction> transaction;
  std::unordered_map<std::string, std::int64_t> sources;  // by stream, device and boot
  std::int64_t batches_since_save = 0;
  std::int64_t epoch = 0;            // of the store, in our last transaction
  std::int64_t next_batch = 0;       // of the batch log, when our last transaction ended
  bool watermarks_are_stale = true;  // after a rollback they hold batches that did not land
  sqlite::Trouble trouble = sqlite::Trouble::none;

  Result<void> open_inserter();
  Result<void> begin();
  Result<void> commit();
  Result<void> check_place();
  Result<void> save_watermarks_if_due();
  void close_batch(const BatchRow& row);
  Failure give_up(const Error& error);

  Result<std::int64_t> device_source(const Message& message, const std::string& boot);
  Result<LandResult> land(const Message& message);
  Result<LandResult> land_refused_envelope(const Message& message);
  Result<LandResult> land_bare(const Message& message);
  Result<LandResult> land_named(const Message& message);
  Result<LandResult> land_again(const Message& message, std::int64_t source_id);
  Result<LandResult> land_records(const Message& message);
  Result<void> keep(LandResult& outcome, const Message& message, const wire::RefusedRecord& refused,
                    std::string_view device = "");

  Result<LandResult> quarantine(const Message& message, Reason reason);
  Result<LandResult> quarantine_named(const Message& message, Reason reason);
  Result<LandResult> replay(const Message& message, const QuarantinedRow& row);
  Result<LandResult> replay_as(std::int64_t source_id, std::optional<std::int64_t> seq,
                               const Message& message, const QuarantinedRow& row);
  Result<void> mark_landed(const QuarantinedRow& row);
  template <typename Record>
  Result<void> land_each(const std::vector<Record>& records, const Message& message, LandResult& outcome);
  template <typename Reading>
  Result<void> land_readings(const ReadingBlock<Reading>& block, const Message& message, LandResult& outcome);
  Result<void> land_gaps(const Message& message, LandResult& outcome);
  Result<void> land_gap(const GapRecord& gap, const Message& message, LandResult& outcome);

  Result<bool> is_first_refusal(std::int64_t content_hash);
  Result<LandResult> quarantine_whole_once(const Message& message, std::int64_t key,
                                           const wire::RefusedRecord& refused);
  Result<LandResult> quarantine_conflict(const Message& message, std::int64_t source_id);
};

}  // namespace stedi::landing
