#include "firmware_sim/spool/spool.hpp"

#include <algorithm>

#include "core/digest/digest.hpp"
#include "core/record/encode.hpp"
#include "core/wire/envelope.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/spool/droppable.hpp"
#include "firmware_sim/spool/spool_file.hpp"

namespace stedi::firmware {

namespace {

std::string digest_of_name(DeviceKind kind, const std::string& name) {
  return hex(sha256(std::to_string(static_cast<int>(kind)) + ":" + name));
}

std::string derived_id(const std::string& identity_seed, const std::string& name_digest) {
  return hex(sha256(identity_seed + ":" + name_digest)).substr(0, 32);
}

// A simulated device keeps its identity for the same scenario and seed; a replayed one is made up.
std::string make_device_id(const std::string& identity_seed, const std::string& name_digest) {
  return identity_seed.empty() ? random_id() : derived_id(identity_seed, name_digest);
}

// Columns batch_id, boot, stream, seq, records, bytes.
Result<SealedBatch> read_batch(const sqlite::Statement& row, std::string_view device) {
  const auto stream = wire::stream_named(row.text(2));
  if (!stream || row.integer(4) < 0 || row.integer(5) < 0)
    return fail(std::string("a sealed batch is malformed; ") + damaged_spool_remedy);
  return SealedBatch{row.integer(0),
                     std::string(device),
                     std::string(row.text(1)),
                     *stream,
                     row.integer(3),
                     static_cast<std::size_t>(row.integer(4)),
                     static_cast<std::size_t>(row.integer(5))};
}

}  // namespace

std::string simulated_device_id(const std::string& identity_seed, DeviceKind kind, const std::string& name) {
  return derived_id(identity_seed, digest_of_name(kind, name));
}

// ---- Transactions

Result<void> Spool::begin() {
  if (open_) return {};
  TRY_IN("spool", place_.check());
  open_.emplace(TRY_IN("spool", database_.begin_immediate()));
  totals_before_ = totals_;
  return {};
}

// Back to the last commit, in the file and in memory.
Failure Spool::give_up(std::string_view what, const Error& error) {
  const sqlite::Trouble trouble = database_.trouble();
  open_.reset();
  totals_ = totals_before_;
  for (const auto& [key, state] : streams_before_) streams_[key] = state;
  for (const std::string& mark : new_marks_) {
    const auto known = device_ids_.find(mark);
    const auto row = device_rows_.find(known->second);
    ids_of_rows_.erase(row->second);
    device_rows_.erase(row);
    device_ids_.erase(known);
  }
  streams_before_.clear();
  new_marks_.clear();
  drafts_.clear();
  dropped_.clear();
  std::string remedy;
  if (trouble == sqlite::Trouble::full || trouble == sqlite::Trouble::io)
    remedy = "; data accepted before is safe: free space on the disk or repair it, then start again";
  if (trouble == sqlite::Trouble::corrupt) remedy = std::string("; ") + damaged_spool_remedy;
  return fail("spool: " + std::string(what) + ": " + error.message + remedy);
}

Result<void> Spool::commit() {
  if (!open_) {
    TRY_IN("spool", place_.check());
    return {};
  }
  if (auto committed = open_->commit(); !committed) return give_up("commit", committed.error());
  if (auto there = place_.check(); !there) return give_up("commit", there.error());
  open_.reset();
  streams_before_.clear();
  new_marks_.clear();
  std::string lines;
  for (Draft& draft : drafts_) {
    lines += draft.log_line;
    accepted_.push_back(std::move(draft.batch));
  }
  drafts_.clear();
  return lines.empty() ? Result<void>() : accepted_log_->append(lines);
}

Spool::StreamState& Spool::state_of(const StreamKey& key) {
  StreamState& state = streams_[key];
  streams_before_.try_emplace(key, state);
  return state;
}

// ---- Devices

Result<std::string> Spool::device_id(DeviceKind kind, const std::string& name) {
  const std::string digest = digest_of_name(kind, name);
  const std::string mark = marks_->of(digest);
  if (const auto known = device_ids_.find(mark); known != device_ids_.end()) return known->second;
  TRY(begin());
  const std::string id = make_device_id(identity_seed_, digest);
  auto insert = database_.prepare("INSERT INTO device (name_mark, device_id) VALUES (?, ?)");
  if (!insert) return give_up("new device", insert.error());
  if (auto inserted = insert->run(mark, id); !inserted) return give_up("new device", inserted.error());
  device_ids_.emplace(mark, id);
  device_rows_.emplace(id, database_.last_insert_id());
  ids_of_rows_.emplace(database_.last_insert_id(), id);
  new_marks_.push_back(mark);
  return id;
}

std::size_t Spool::sealed_records(std::string_view device, Stream stream) const {
  const auto row = device_rows_.find(device);
  if (row == device_rows_.end()) return 0;
  const auto state = streams_.find({row->second, stream});
  return state == streams_.end() ? 0 : state->second.records;
}

Result<std::vector<SealedBatch>> Spool::pending() {
  auto rows = TRY(database_.prepare(
      "SELECT batch_id, boot, stream, seq, records, bytes, device_row FROM batch WHERE refused IS NULL "
      "ORDER BY batch_id"));
  std::vector<SealedBatch> batches;
  TRY_IN("spool: read", rows.each_row([&]() -> Result<void> {
    batches.push_back(TRY(read_batch(rows, ids_of_rows_[rows.integer(6)])));
    return {};
  }));
  return batches;
}

Result<std::size_t> Spool::refused_batches() {
  const auto count = TRY(database_.integer("SELECT count(*) FROM batch WHERE refused IS NOT NULL"));
  return static_cast<std::size_t>(count);
}

// ---- Bounds

std::size_t Spool::bytes() const {
  return totals_.droppable_bytes + totals_.kept_bytes + totals_.pending_gaps * pending_gap_bytes;
}

bool Spool::has_room() const {
  if (options_.overflow == OverflowPolicy::wait) return bytes() < options_.most_bytes;
  return bytes() - totals_.droppable_bytes < options_.most_bytes;
}

std::size_t& Spool::total_of(Stream stream) {
  return may_be_dropped(stream) ? totals_.droppable_bytes : totals_.kept_bytes;
}

std::int64_t Spool::now_ms() const {
  return opened_ms_ + clock_.monotonic_ms() - opened_monotonic_ms_;
}

// False: the batch itself has to give way.
Result<bool> Spool::make_room(const SealedBatch& batch) {
  if (options_.overflow == OverflowPolicy::wait) return true;
  const bool may_drop_it = may_be_dropped(batch.stream);
  const std::size_t kept = bytes() - totals_.droppable_bytes;
  if (may_drop_it && kept + batch.bytes > options_.most_bytes) return false;
  while (!fits(batch.bytes)) {
    const auto first = TRY(first_to_give_way(batch));
    if (!first) break;
    TRY(drop(*first, spool_full));
  }
  return !may_drop_it || fits(batch.bytes);
}

// A refused reading never lands: it goes before one that may.
Result<std::optional<Spool::OldestReading>> Spool::first_to_give_way(const SealedBatch& batch) {
  if (totals_.refused_readings > 0) return oldest_refused_reading();
  if (options_.overflow == OverflowPolicy::drop_newest && may_be_dropped(batch.stream)) return std::nullopt;
  return oldest_reading();
}

Result<std::optional<Spool::OldestReading>> Spool::oldest_reading() {
  if (totals_.droppable_bytes == 0) return std::nullopt;
  select_oldest_->bind_all(totals_.no_droppable_up_to);
  auto oldest = read_oldest(*select_oldest_);
  if (oldest && *oldest) totals_.no_droppable_up_to = (*oldest)->batch.id - 1;
  return oldest;
}

Result<std::optional<Spool::OldestReading>> Spool::oldest_refused_reading() {
  return read_oldest(*select_oldest_refused_);
}

Result<std::optional<Spool::OldestReading>> Spool::read_oldest(sqlite::Statement& statement) {
  std::optional<OldestReading> oldest;  // of one row, at most
  TRY(statement.each_row([&]() -> Result<void> {
    auto batch = TRY(read_batch(statement, ids_of_rows_[statement.integer(6)]));
    oldest = OldestReading{std::move(batch),
                           statement.integer(6),
                           statement.integer(7),
                           {time_in(statement, 8), time_in(statement, 9)}};
    return {};
  }));
  return oldest;
}

// In the transaction of its gap. What was sealed in this very transaction was never accepted.
Result<void> Spool::drop(const OldestReading& oldest, std::string_view reason) {
  const SealedBatch& batch = oldest.batch;
  TRY(delete_batch(batch.id));
  std::erase_if(drafts_, [&batch](const Draft& draft) { return draft.batch.id == batch.id; });
  dropped_.push_back(batch);
  return record_loss({oldest.device_row, batch.boot, std::string(wire::stream_name(batch.stream)), batch.seq,
                      static_cast<std::int64_t>(batch.records), oldest.times, reason});
}

Result<void> Spool::record_loss(const Loss& loss) {
  const auto grown = TRY(gaps_->add(loss));
  totals_.pending_gaps += static_cast<std::size_t>(grown);
  return {};
}

Result<void> Spool::drop_too_old() {
  if (!options_.most_age_ms) return {};
  for (;;) {
    const auto oldest = TRY_IN("spool: read", oldest_reading());
    if (!oldest || now_ms() - oldest->sealed_ms <= *options_.most_age_ms) return {};
    TRY(begin());
    if (auto dropped = drop(*oldest, too_old); !dropped) return give_up("drop", dropped.error());
  }
}

// ---- Sealing

Result<SealedBatch> Spool::seal(std::string_view device, Stream stream, std::span<const std::string> records,
                                const ReadingTimes& times) {
  const auto row = device_rows_.find(device);
  if (row == device_rows_.end()) return fail("spool: a batch of a device it does not know");
  TRY(begin());
  const StreamKey key{row->second, stream};
  StreamState& state = state_of(key);
  SealedBatch batch{no_batch, std::string(device), boot_, stream, state.last_seq + 1, records.size(), 0};
  const std::string payload = wire::seal_envelope({boot_, batch.seq}, records);
  batch.bytes = payload.size();
  const auto has_room = make_room(batch);
  if (!has_room) return give_up("make room", has_room.error());
  Result<void> done;
  if (*has_room) {
    done = keep(batch, row->second, payload, times);
  } else {
    dropped_.push_back(batch);
    done = record_loss({row->second, boot_, std::string(wire::stream_name(stream)), batch.seq,
                        static_cast<std::int64_t>(batch.records), times, spool_full});
  }
  if (!done) return give_up("seal", done.error());
  if (auto counted = count_progress(key, state, batch.records); !counted) {
    return give_up("seal", counted.error());
  }
  state.last_seq = batch.seq;
  return batch;
}

Result<void> Spool::keep(SealedBatch& batch, std::int64_t device_row, const std::string& payload,
                         const ReadingTimes& times) {
  TRY(insert_batch_->run(device_row, batch.boot, wire::stream_name(batch.stream), batch.seq,
                         static_cast<std::int64_t>(batch.records), static_cast<std::int64_t>(batch.bytes),
                         times.first_ms, times.last_ms, now_ms(), first_64_bits(sha256(payload)), payload));
  batch.id = database_.last_insert_id();
  total_of(batch.stream) += batch.bytes;
  drafts_.push_back({batch, accepted_log_ ? accepted_line(batch, payload) : std::string()});
  return {};
}

Result<void> Spool::count_progress(const StreamKey& key, StreamState& state, std::size_t records) {
  TRY(upsert_progress_->run(key.first, wire::stream_name(key.second),
                            static_cast<std::int64_t>(state.records + records)));
  state.records += records;
  return {};
}

Result<void> Spool::seal_gaps() {
  if (totals_.pending_gaps == 0) return {};
  const auto devices = TRY_IN("spool: read", gaps_->devices_to_tell());
  for (const std::int64_t device_row : devices) {
    TRY(begin());
    if (auto sealed = seal_gaps_of(device_row); !sealed) return give_up("seal a gap", sealed.error());
  }
  return {};
}

Result<void> Spool::seal_gaps_of(std::int64_t device_row) {
  const auto gaps = TRY(gaps_->take(device_row));
  std::vector<std::string> records;
  for (const GapRecord& gap : gaps) records.push_back(encode(gap));
  StreamState& state = state_of({device_row, Stream::gap});
  SealedBatch batch{no_batch,           ids_of_rows_[device_row], boot_, Stream::gap,
                    state.last_seq + 1, records.size(),           0};
  const std::string payload = wire::seal_envelope({boot_, batch.seq}, records);
  batch.bytes = payload.size();
  TRY(keep(batch, device_row, payload, {}));
  totals_.pending_gaps -= gaps.size();
  state.last_seq = batch.seq;
  return {};
}

// ---- What the session asks for

Result<std::string> Spool::payload(BatchId id) {
  auto row = TRY_IN("spool: read", select_payload_->one_row<std::string, std::int64_t>(id));
  if (!row) return fail("spool: a sealed batch is missing");
  auto& [payload, hash] = *row;
  if (first_64_bits(sha256(payload)) != hash)
    return fail(std::string("spool: the bytes of a sealed batch have changed; ") + damaged_spool_remedy);
  return std::move(payload);
}

// And takes it off the totals.
Result<void> Spool::delete_batch(BatchId id) {
  delete_batch_->bind_all(id);
  return delete_batch_->each_row([&](std::int64_t bytes, std::string_view name, bool is_refused) {
    const auto stream = wire::stream_named(name);
    if (!stream) return;
    total_of(*stream) -= static_cast<std::size_t>(bytes);
    if (is_refused && may_be_dropped(*stream)) --totals_.refused_readings;
  });
}

Result<void> Spool::remove(std::span<const BatchId> ids) {
  if (ids.empty()) return {};
  TRY(begin());
  for (const BatchId id : ids) {
    if (auto gone = delete_batch(id); !gone) return give_up("delete", gone.error());
  }
  return commit();
}

Result<void> Spool::set_apart(BatchId id, std::string_view reason) {
  TRY(begin());
  set_apart_batch_->bind_all(id, reason);
  const auto set = set_apart_batch_->each_row([&](std::string_view name) {
    const auto stream = wire::stream_named(name);
    if (stream && may_be_dropped(*stream)) ++totals_.refused_readings;
  });
  if (!set) return give_up("set apart", set.error());
  return commit();
}

}  // namespace stedi::firmware
