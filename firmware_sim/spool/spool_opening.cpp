// How a spool begins: its owner, and what earlier lives left in it.
#include "core/digest/digest.hpp"
#include "core/wire/topic.hpp"
#include "firmware_sim/spool/droppable.hpp"
#include "firmware_sim/spool/spool.hpp"
#include "firmware_sim/spool/spool_file.hpp"

namespace stedi::firmware {

namespace {

std::string oldest_reading_sql(const std::string& condition) {
  return "SELECT batch_id, boot, stream, seq, records, bytes, device_row, sealed_ms, first_ms, last_ms FROM "
         "batch WHERE " +
         condition + " AND " + is_droppable_sql() + " ORDER BY batch_id LIMIT 1";
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::filesystem::path& folder, const SpoolOwner& owner,
                                           const Clock& clock, const SpoolOptions& options) {
  auto lock = TRY(lock_spool(folder));
  auto database = TRY(open_spool_file(folder / "spool.db"));
  TRY_IN("spool " + folder.string(),
         database.execute("PRAGMA cache_size=-" + std::to_string(options.cache_kib)));
  auto place = TRY_IN("spool " + folder.string(), sqlite::Place::of(database));
  std::unique_ptr<Spool> spool(
      new Spool(std::move(lock), std::move(database), std::move(place), clock, options));
  TRY_IN("spool " + folder.string(), spool->load(owner));
  spool->database_.at_close(sqlite::Database::LogAtClose::moved);
  return spool;
}

Spool::Spool(FolderLock lock, sqlite::Database database, sqlite::Place place, const Clock& clock,
             const SpoolOptions& options)
    : lock_(std::move(lock)),
      database_(std::move(database)),
      place_(std::move(place)),
      clock_(clock),
      options_(options),
      boot_(random_id()) {}

Result<void> Spool::load(const SpoolOwner& owner) {
  TRY(bind_owner(owner));
  TRY(bind_names(owner));
  TRY(prepare_statements());
  TRY(load_devices());
  TRY(load_progress());
  TRY(load_totals());
  return open_accepted_log();
}

Result<void> Spool::bind_owner(const SpoolOwner& owner) {
  TRY(database_.run("INSERT OR IGNORE INTO spool (name, value) VALUES ('data_set', ?)", owner.data_set));
  const auto bound = TRY(database_.text("SELECT value FROM spool WHERE name = 'data_set'"));
  if (bound != owner.data_set) {
    return usage_error(
        "it belongs to another data set or scenario (or its files changed): give another --spool, or delete "
        "this "
        "one if everything in it is acknowledged");
  }
  identity_seed_ = owner.identity_seed;
  return {};
}

Result<void> Spool::bind_names(const SpoolOwner& owner) {
  TRY(renew_spool_form(database_, owner.name_key));
  const auto secret = database_.text("SELECT value FROM spool WHERE name = 'name_secret'");
  if (!secret) return fail(std::string("the secret of its names is missing; ") + damaged_spool_remedy);
  marks_.emplace(*secret, owner.name_key);
  return {};
}

Result<void> Spool::prepare_statements() {
  gaps_.emplace(TRY(PendingGaps::open(database_)));
  const std::pair<std::optional<sqlite::Statement>*, std::string> statements[] = {
      {&insert_batch_,
       "INSERT INTO batch (device_row, boot, stream, seq, records, bytes, first_ms, last_ms, sealed_ms, "
       "payload_hash, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&upsert_progress_,
       "INSERT INTO progress (device_row, stream, records) VALUES (?, ?, ?) "
       "ON CONFLICT DO UPDATE SET records = excluded.records"},
      {&select_payload_, "SELECT payload, payload_hash FROM batch WHERE batch_id = ?"},
      {&delete_batch_, "DELETE FROM batch WHERE batch_id = ? RETURNING bytes, stream, refused IS NOT NULL"},
      {&set_apart_batch_,
       "UPDATE batch SET refused = ?2 WHERE batch_id = ?1 AND refused IS NULL RETURNING stream"},
      {&select_oldest_, oldest_reading_sql("batch_id > ?")},
      {&select_oldest_refused_, oldest_reading_sql("refused IS NOT NULL")},
  };
  for (const auto& [into, sql] : statements) {
    into->emplace(TRY(database_.prepare(sql)));
  }
  return {};
}

Result<void> Spool::load_devices() {
  const auto take = [&](std::int64_t row, const std::string& name_mark,
                        const std::string& id) -> Result<void> {
    if (id.size() != 32 || id.find_first_not_of("0123456789abcdef") != std::string::npos) {
      return fail("a device identity in it is malformed: restore it from a copy or give another --spool");
    }
    device_ids_.emplace(name_mark, id);
    device_rows_.emplace(id, row);
    ids_of_rows_.emplace(row, id);
    return {};
  };
  return database_.each_row("SELECT device_row, name_mark, device_id FROM device", take);
}

Result<void> Spool::load_progress() {
  const auto take = [&](std::int64_t row, std::string_view name, std::int64_t records) -> Result<void> {
    const auto stream = wire::stream_named(name);
    if (!stream || records < 0)
      return fail(std::string("its progress is malformed; ") + damaged_spool_remedy);
    streams_[{row, *stream}].records = static_cast<std::size_t>(records);
    return {};
  };
  return database_.each_row("SELECT device_row, stream, records FROM progress", take);
}

Result<void> Spool::load_totals() {
  const auto take = [&](std::int64_t droppable_bytes, std::int64_t bytes, std::int64_t last_sealed_ms,
                        std::int64_t pending_gaps, std::int64_t refused_readings) {
    totals_.droppable_bytes = static_cast<std::size_t>(droppable_bytes);
    totals_.kept_bytes = static_cast<std::size_t>(bytes - droppable_bytes);
    totals_.pending_gaps = static_cast<std::size_t>(pending_gaps);
    totals_.refused_readings = static_cast<std::size_t>(refused_readings);
    opened_ms_ = std::max(clock_.wall_ms(), last_sealed_ms);
  };
  TRY(database_.each_row("SELECT coalesce(sum(bytes) FILTER (WHERE " + is_droppable_sql() +
                             "), 0), coalesce(sum(bytes), 0), coalesce(max(sealed_ms), 0), "
                             "(SELECT count(*) FROM pending_gap), "
                             "count(refused) FILTER (WHERE " +
                             is_droppable_sql() + ") FROM batch",
                         take));
  opened_monotonic_ms_ = clock_.monotonic_ms();
  return {};
}

// A kill between the commit and the line leaves the line to us: nothing of the batch was published yet, so it
// is still here.
Result<void> Spool::open_accepted_log() {
  if (options_.accepted_log.empty()) return {};
  const auto batches = TRY(pending());
  std::set<std::string> missing;
  for (const SealedBatch& batch : batches) missing.insert(accepted_name(batch));
  accepted_log_.emplace(TRY(AcceptedLog::open(options_.accepted_log, missing)));
  std::string lines;
  for (const SealedBatch& batch : batches) {
    if (!missing.contains(accepted_name(batch))) continue;
    const auto bytes = TRY(payload(batch.id));
    lines += accepted_line(batch, bytes);
  }
  return lines.empty() ? Result<void>() : accepted_log_->append(lines);
}

}  // namespace stedi::firmware
