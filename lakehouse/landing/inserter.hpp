// Puts decoded records into landing.db inside the caller's transaction: what the gateway's writer and the
// import share. Readings and rows of the batch log wait in memory until flush() and then go in by one
// statement each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/record/reading_block.hpp"
#include "core/record/reason.hpp"
#include "core/record/records.hpp"
#include "core/result.hpp"
#include "core/sqlite/database.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/landing/dictionary.hpp"
#include "lakehouse/landing/rows.hpp"

namespace stedi::landing {

// One a connection, which must outlive it and stay where it is.
class Inserter {
 public:
  static Result<std::unique_ptr<Inserter>> open(sqlite::Database& database);

  // After BEGIN IMMEDIATE: takes the next ids, drops caches when the store's epoch moved.
  Result<void> begin();
  // The store's epoch as begin() found it: it moves when ids go away.
  std::int64_t epoch() const { return epoch_; }
  // Before COMMIT.
  Result<void> flush();
  // After a rollback, whatever was added is forgotten.
  void forget();

  // The batch that records added now belong to; the next one after add_batch().
  std::int64_t batch_id() const { return batches_.next_id(); }
  // Closes the batch: its row of the batch log.
  void add_batch(const BatchRow& row) { batches_.add(row); }
  // What is added from now on stands in this file; and customer and consent records, and those that are
  // quarantined, in this line of it; nullopt: in none. begin() forgets both.
  void set_file(std::string file) { file_ = std::move(file); }
  void set_line(std::optional<std::int64_t> line) { line_ = line; }
  // The id that the next record of a stream will get.
  std::int64_t next_id(Stream stream) const;

  Result<void> add(const CustomerRecord& record, std::int64_t received_ms);
  Result<void> add(const ConsentEvent& event, std::int64_t received_ms);
  Result<void> add(const PairingEvent& event, std::int64_t received_ms);
  template <SensorReading Reading>
  Result<void> add(const ReadingBlock<Reading>& block, std::int64_t received_ms);
  // Sorted by owner and time; they land in the order of their owners' ids.
  template <SensorReading Reading>
  Result<void> add(OwnedReadings<Reading>& sorted, std::int64_t received_ms);
  // Device and boot as stored_sender_id() gives them.
  Result<void> add(const GapRecord& gap, std::string_view device, std::string_view boot,
                   std::int64_t received_ms);
  // `device` of an envelope without a usable name, else empty: the batch knows it.
  Result<void> quarantine(Stream stream, const wire::RefusedRecord& refused, std::int64_t received_ms,
                          std::string_view device = "");

  // The row of `source` for these batches, made when absent. Device and boot as stored_sender_id() gives
  // them.
  Result<std::int64_t> source_id(std::string_view kind, Stream stream, std::string_view device,
                                 std::string_view boot);

  Dictionary& dictionary() { return dictionary_; }

 private:
  template <typename Reading>
  struct ReadingInserts {
    std::optional<sqlite::Statement> all;
    std::optional<sqlite::Statement> plain;  // without the optional columns: a tenth quicker
  };
  struct Statements {
    sqlite::Statement customer, consent, pairing, gap, quarantine, find_source, add_source;
    sqlite::Statement batch, next_ids, epoch;
    EachSensor<ReadingInserts> readings;
  };
  static Result<Statements> prepare(sqlite::Database& database);
  Inserter(sqlite::Database& database, Dictionary dictionary);
  template <SensorReading Reading>
  Result<void> find_owners(const std::vector<std::string>& owners);
  template <SensorReading Reading>
  Result<void> flush_readings();
  Result<void> take_next_ids();

  sqlite::Database* database_;
  Dictionary dictionary_;
  EachSensor<ReadingRows> readings_;
  BatchRows batches_;
  std::int64_t next_small_id_[all_streams.size()] =
      {};  // by Stream, for the tables that are inserted row by row
  std::int64_t epoch_ = 0;
  std::optional<std::string> file_;
  std::optional<std::int64_t> line_;
  std::unique_ptr<Statements> statements_;
  std::vector<Entry> owners_;  // of the readings being added
};

}  // namespace stedi::landing
