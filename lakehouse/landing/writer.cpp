#include "lakehouse/landing/writer.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "core/digest/digest.hpp"
#include "core/record/encode.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/landing/batch_marks.hpp"
#include "lakehouse/landing/inserter.hpp"
#include "lakehouse/landing/sender_id.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::landing {

namespace {

constexpr std::int64_t none = 0;

// The same bytes may conflict under many names: each is kept once.
std::int64_t conflict_key(std::int64_t source_id, const Message& message) {
  return first_64_bits(sha256(std::to_string(source_id) + "/" + std::to_string(message.payload.name->seq) +
                              "/" + std::to_string(message.payload_hash)));
}

wire::RefusedRecord whole_message(Reason reason, std::string_view bytes) {
  wire::RefusedRecord refused = wire::refused_record(reason, bytes);
  refused.is_message = true;
  return refused;
}

// A stream or a reason of a gap, of this version of the protocol or a later one: never free text.
bool is_word(std::string_view text) {
  constexpr std::size_t longest = 32;
  return !text.empty() && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

}  // namespace

struct Writer::State {
  State(sqlite::Database opened, WriterOptions given)
      : database(std::move(opened)),
        options(std::move(given)),
        marks(database, options.max_ranges_per_source, options.conflict_window) {}

  sqlite::Database database;  // first: the others hold on to it
  WriterOptions options;
  BatchMarks marks;
  std::unique_ptr<Inserter> inserter;
  std::optional<sqlite::Transaction> transaction;
  std::unordered_map<std::string, std::int64_t> sources;  // by stream, device and boot
  std::int64_t batches_since_save = 0;
  std::int64_t epoch = 0;          // of the store, in our last transaction
  std::int64_t next_batch = 0;     // of the ledger, when our last transaction ended
  std::optional<bool> is_website;  // the current message's device, asked once a message
  bool marks_are_stale = true;     // after a rollback they hold batches that did not land
  sqlite::Trouble trouble = sqlite::Trouble::none;

  Result<void> open_inserter();
  Result<void> begin();
  Result<void> commit();
  Result<void> save_marks_if_due();
  void close_batch(const BatchRow& row);
  Failure give_up(const Error& error);

  Result<std::int64_t> device_source(const Message& message, const std::string& boot);
  Result<Landed> land(const Message& message);
  Result<Landed> land_refused_envelope(const Message& message);
  Result<Landed> land_bare(const Message& message);
  Result<Landed> land_named(const Message& message);
  Result<Landed> land_again(const Message& message, std::int64_t source_id);
  Result<Landed> land_records(const Message& message);
  Result<void> keep(Landed& outcome, const Message& message, const wire::RefusedRecord& refused,
                    std::string_view device = "");

  Result<Landed> quarantine(const Message& message, Reason reason);
  Result<Landed> quarantine_named(const Message& message, Reason reason);
  Result<Landed> replay(const Message& message, const QuarantinedRow& row);
  Result<Landed> replay_as(std::int64_t source_id, std::optional<std::int64_t> seq, const Message& message,
                           const QuarantinedRow& row);
  Result<void> mark_landed(const QuarantinedRow& row);
  Result<std::int64_t> expire_payloads(std::int64_t received_before_ms, std::int64_t most);
  template <typename Record>
  Result<void> land_each(const std::vector<Record>& records, const Message& message, Landed& outcome);
  Result<void> land_gaps(const Message& message, Landed& outcome);
  Result<void> land_gap(const GapRecord& gap, const Message& message, Landed& outcome);

  Result<bool> is_first_refusal(std::int64_t content_hash);
  Result<Landed> quarantine_whole_once(const Message& message, std::int64_t key,
                                       const wire::RefusedRecord& refused);

  Result<bool> may_speak(const CustomerRecord& record, const Message& message);
  Result<bool> may_speak(const ConsentEvent& event, const Message& message);
  Result<bool> may_speak(const PairingEvent& event, const Message& message);
  Result<bool> may_speak(const AccelerometerReading&, const Message&) { return true; }
  Result<bool> may_speak(const StepTrainerReading&, const Message&) { return true; }
  bool speaks_for_everyone(std::string_view device);
  Result<bool> speaks_for(std::string_view device, std::string_view email);
  Result<std::optional<std::int64_t>> bound_subject(std::string_view device);
};

// ---- Transactions

Result<void> Writer::State::open_inserter() {
  auto opened = Inserter::open(database);
  if (!opened) return Failure(opened.error());
  inserter = std::move(*opened);
  return {};
}

Failure Writer::State::give_up(const Error& error) {
  trouble = database.trouble();
  transaction.reset();
  inserter->forget();
  sources.clear();
  marks_are_stale = true;
  return Failure(error);
}

Result<void> Writer::State::begin() {
  auto begun = database.begin_immediate();
  if (!begun) return give_up(begun.error());
  transaction.emplace(std::move(*begun));
  if (auto ready = inserter->begin(); !ready) return give_up(ready.error());
  if (inserter->epoch() != epoch) {
    sources.clear();
    marks_are_stale = true;
    epoch = inserter->epoch();
  }
  if (marks_are_stale) {
    if (auto loaded = marks.load(); !loaded) return give_up(loaded.error());
    marks_are_stale = false;
  } else if (inserter->batch_id() != next_batch) {
    if (auto caught_up = marks.catch_up(next_batch); !caught_up) return give_up(caught_up.error());
  }
  return {};
}

void Writer::State::close_batch(const BatchRow& row) {
  inserter->add_batch(row);
  ++batches_since_save;
}

Result<void> Writer::State::save_marks_if_due() {
  if (batches_since_save < options.checkpoint_every_batches) return {};
  if (auto saved = marks.save(inserter->batch_id() - 1); !saved) return saved;
  batches_since_save = 0;
  return {};
}

Result<void> Writer::State::commit() {
  if (auto flushed = inserter->flush(); !flushed) return give_up(flushed.error());
  if (auto saved = save_marks_if_due(); !saved) return give_up(saved.error());
  if (auto committed = transaction->commit(); !committed) return give_up(committed.error());
  transaction.reset();
  next_batch = inserter->batch_id();
  trouble = sqlite::Trouble::none;
  return {};
}

// ---- Messages

Result<Landed> Writer::State::land(const Message& message) {
  is_website.reset();
  if (message.payload.refused_envelope) return land_refused_envelope(message);
  return message.payload.name ? land_named(message) : land_bare(message);
}

Result<Landed> Writer::State::land_refused_envelope(const Message& message) {
  auto outcome = quarantine_whole_once(message, message.payload_hash, message.payload.refused.front());
  if (outcome) outcome->verdict = Landed::Verdict::refused;
  return outcome;
}

Result<Landed> Writer::State::land_bare(const Message& message) {
  if (message.payload.received_records() == 0) return Landed{};
  const std::int64_t first_id = inserter->next_id(message.stream);
  // Whatever a stray client put into its topic may be personal: bare messages keep no device.
  const auto source_id = inserter->source_id("bare", message.stream, "", "");
  if (!source_id) return Failure(source_id.error());
  auto outcome = land_records(message);
  if (!outcome) return outcome;
  close_batch({*source_id, std::nullopt, message.payload_hash, message.received_ms, first_id, outcome->landed,
               outcome->quarantined});
  return outcome;
}

Result<Landed> Writer::State::land_named(const Message& message) {
  const wire::BatchName& name = *message.payload.name;
  const auto source_id = device_source(message, name.boot);
  if (!source_id) return Failure(source_id.error());
  const auto verdict = marks.judge(*source_id, name.seq);
  if (!verdict) return Failure(verdict.error());
  switch (*verdict) {
    case SequenceMarks::Verdict::landed:
      return land_again(message, *source_id);
    case SequenceMarks::Verdict::too_far:
      return Landed{Landed::Verdict::withheld};
    case SequenceMarks::Verdict::fresh:
      break;
  }
  const std::int64_t first_id = inserter->next_id(message.stream);
  auto outcome = land_records(message);
  if (!outcome) return outcome;
  close_batch({*source_id, name.seq, message.payload_hash, message.received_ms, first_id, outcome->landed,
               outcome->quarantined});
  if (auto added = marks.add(*source_id, name.seq, message.payload_hash); !added)
    return Failure(added.error());
  return outcome;
}

// The same name again: the same batch sent twice, or (a restored spool) another batch under a used name.
Result<Landed> Writer::State::land_again(const Message& message, std::int64_t source_id) {
  const auto landed_hash = marks.hash_of(source_id, message.payload.name->seq);
  if (!landed_hash || *landed_hash == message.payload_hash) return Landed{Landed::Verdict::duplicate};
  auto outcome = quarantine_whole_once(message, conflict_key(source_id, message),
                                       whole_message(Reason::identity_conflict, message.bytes));
  if (!outcome) return outcome;
  outcome->verdict = Landed::Verdict::duplicate;
  outcome->conflict = true;
  return outcome;
}

Result<std::int64_t> Writer::State::device_source(const Message& message, const std::string& boot) {
  std::string key(wire::stream_name(message.stream));
  key += '/';
  key += message.device;
  key += '/';
  key += boot;
  if (const auto known = sources.find(key); known != sources.end()) return known->second;
  auto id =
      inserter->source_id("device", message.stream, stored_sender_id(message.device), stored_sender_id(boot));
  if (!id) return id;
  if (sources.size() >= BatchMarks::max_cached_sources) sources.clear();
  sources.emplace(std::move(key), *id);
  return id;
}

// ---- Records

Result<Landed> Writer::State::land_records(const Message& message) {
  Landed outcome;
  const wire::Payload& payload = message.payload;
  for (const wire::RefusedRecord& refused : payload.refused) {
    if (auto kept = keep(outcome, message, refused); !kept) return Failure(kept.error());
  }
  if (auto done = land_each(payload.customers, message, outcome); !done) return Failure(done.error());
  if (auto done = land_each(payload.consents, message, outcome); !done) return Failure(done.error());
  if (auto done = land_each(payload.pairings, message, outcome); !done) return Failure(done.error());
  if (auto done = land_each(payload.accelerometer, message, outcome); !done) return Failure(done.error());
  if (auto done = land_each(payload.step_trainer, message, outcome); !done) return Failure(done.error());
  if (auto done = land_gaps(message, outcome); !done) return Failure(done.error());
  return outcome;
}

Result<void> Writer::State::keep(Landed& outcome, const Message& message, const wire::RefusedRecord& refused,
                                 std::string_view device) {
  ++outcome.quarantined;
  outcome.reasons.push_back(refused.reason);
  return inserter->quarantine(message.stream, refused, message.received_ms, device);
}

template <typename Record>
Result<void> Writer::State::land_each(const std::vector<Record>& records, const Message& message,
                                      Landed& outcome) {
  for (const Record& record : records) {
    const auto allowed = may_speak(record, message);
    if (!allowed) return Failure(allowed.error());
    if (*allowed) {
      if (auto added = inserter->add(record, message.received_ms); !added) return added;
      ++outcome.landed;
    } else {
      const auto refused = wire::refused_record(Reason::not_authorised, encode(record));
      if (auto kept = keep(outcome, message, refused); !kept) return kept;
    }
  }
  return {};
}

Result<void> Writer::State::land_gaps(const Message& message, Landed& outcome) {
  for (const GapRecord& gap : message.payload.gaps) {
    if (auto landed = land_gap(gap, message, outcome); !landed) return landed;
  }
  return {};
}

Result<void> Writer::State::land_gap(const GapRecord& gap, const Message& message, Landed& outcome) {
  const bool is_backwards = gap.first_seq > gap.last_seq;
  if (is_backwards || !is_word(gap.stream) || !is_word(gap.reason)) {
    const Reason reason = is_backwards ? Reason::out_of_range : Reason::wrong_type;
    return keep(outcome, message, wire::refused_record(reason, encode(gap)));
  }
  const std::string device = stored_sender_id(message.device);
  const std::string boot = stored_sender_id(gap.boot);
  if (auto added = inserter->add(gap, device, boot, message.received_ms); !added) return added;
  ++outcome.landed;
  const auto stream = wire::stream_named(gap.stream);
  if (!stream) return {};
  const auto source_id = inserter->source_id("device", *stream, device, boot);
  if (!source_id) return Failure(source_id.error());
  return marks.add_lost(*source_id, {gap.first_seq, gap.last_seq});
}

// ---- Quarantine of whole messages

// A device repeats a message that it gets no acknowledgement for: once in the quarantine is enough.
Result<bool> Writer::State::is_first_refusal(std::int64_t content_hash) {
  auto insert = database.prepare("INSERT OR IGNORE INTO refused_message (content_hash) VALUES (?)");
  if (!insert) return Failure(insert.error());
  insert->bind_all(content_hash);
  if (auto inserted = insert->run(); !inserted) return Failure(inserted.error());
  if (database.changed_rows() == 0) return false;
  auto forget = database.prepare("DELETE FROM refused_message WHERE refused_id <= ?");
  if (!forget) return Failure(forget.error());
  forget->bind_all(database.last_insert_id() - options.refusal_window);
  if (auto forgotten = forget->run(); !forgotten) return Failure(forgotten.error());
  return true;
}

Result<Landed> Writer::State::quarantine_whole_once(const Message& message, std::int64_t key,
                                                    const wire::RefusedRecord& refused) {
  const auto first = is_first_refusal(key);
  if (!first) return Failure(first.error());
  Landed outcome;
  if (!*first) return outcome;
  const auto source_id = inserter->source_id("bare", message.stream, "", "");
  if (!source_id) return Failure(source_id.error());
  if (auto kept = keep(outcome, message, refused, stored_sender_id(message.device)); !kept)
    return Failure(kept.error());
  close_batch({*source_id, std::nullopt, message.payload_hash, message.received_ms, none, 0, 1});
  return outcome;
}

Result<Landed> Writer::State::quarantine(const Message& message, Reason reason) {
  is_website.reset();
  if (message.payload.name) return quarantine_named(message, reason);
  auto outcome = quarantine_whole_once(message, message.payload_hash, whole_message(reason, message.bytes));
  if (outcome && message.payload.refused_envelope) outcome->verdict = Landed::Verdict::refused;
  return outcome;
}

Result<Landed> Writer::State::quarantine_named(const Message& message, Reason reason) {
  const wire::BatchName& name = *message.payload.name;
  const auto source_id = device_source(message, name.boot);
  if (!source_id) return Failure(source_id.error());
  const auto verdict = marks.judge(*source_id, name.seq);
  if (!verdict) return Failure(verdict.error());
  if (*verdict == SequenceMarks::Verdict::landed) return Landed{Landed::Verdict::duplicate};
  if (*verdict == SequenceMarks::Verdict::too_far) return Landed{Landed::Verdict::withheld};
  Landed outcome;
  if (auto kept = keep(outcome, message, whole_message(reason, message.bytes)); !kept)
    return Failure(kept.error());
  close_batch({*source_id, name.seq, message.payload_hash, message.received_ms, none, 0, 1});
  if (auto added = marks.add(*source_id, name.seq, message.payload_hash); !added)
    return Failure(added.error());
  return outcome;
}

// ---- Replay of the quarantine. The ledger is append-only: what lands after all is a batch of its own, which
// takes back the one that was counted as quarantined.

Result<Landed> Writer::State::replay(const Message& message, const QuarantinedRow& row) {
  is_website.reset();
  const wire::Payload& payload = message.payload;
  if (payload.refused_envelope || payload.landed_records() == 0) return Landed{Landed::Verdict::refused};
  const bool has_new_name = row.may_have_new_name && payload.name && !message.device.empty();
  if (!has_new_name) {
    const auto source_id = inserter->source_id("replay", message.stream, "", "");
    if (!source_id) return Failure(source_id.error());
    return replay_as(*source_id, std::nullopt, message, row);
  }
  // Its device may have sent it again in the meantime, or may do so later.
  const auto source_id = device_source(message, payload.name->boot);
  if (!source_id) return Failure(source_id.error());
  const auto verdict = marks.judge(*source_id, payload.name->seq);
  if (!verdict) return Failure(verdict.error());
  if (*verdict == SequenceMarks::Verdict::too_far) return Landed{Landed::Verdict::refused};
  if (*verdict == SequenceMarks::Verdict::fresh)
    return replay_as(*source_id, payload.name->seq, message, row);
  if (auto marked = mark_landed(row); !marked) return Failure(marked.error());
  const auto replays = inserter->source_id("replay", message.stream, "", "");
  if (!replays) return Failure(replays.error());
  close_batch({*replays, std::nullopt, message.payload_hash, message.received_ms, none, 0, -1});
  return Landed{Landed::Verdict::duplicate};
}

Result<Landed> Writer::State::replay_as(std::int64_t source_id, std::optional<std::int64_t> seq,
                                        const Message& message, const QuarantinedRow& row) {
  const auto latest = database.integer("SELECT COALESCE(MAX(quarantine_id), 0) FROM quarantined_record");
  if (!latest) return Failure(latest.error());
  const std::int64_t first_id = inserter->next_id(message.stream);
  auto outcome = land_records(message);
  if (!outcome) return outcome;
  if (outcome->landed == 0) {
    // Nobody may speak for any of it: the row stands for itself.
    auto remove = database.prepare("DELETE FROM quarantined_record WHERE quarantine_id > ?");
    if (!remove) return Failure(remove.error());
    remove->bind_all(*latest);
    if (auto removed = remove->run(); !removed) return Failure(removed.error());
    return Landed{Landed::Verdict::refused};
  }
  if (auto marked = mark_landed(row); !marked) return Failure(marked.error());
  close_batch({source_id, seq, message.payload_hash, message.received_ms, first_id, outcome->landed,
               outcome->quarantined - 1});
  if (!seq) return outcome;
  if (auto added = marks.add(source_id, *seq, message.payload_hash); !added) return Failure(added.error());
  return outcome;
}

// What has landed needs no second copy of a person's data.
Result<void> Writer::State::mark_landed(const QuarantinedRow& row) {
  auto mark = database.prepare(
      "UPDATE quarantined_record SET landed_batch = ?, payload = '' WHERE quarantine_id = ?");
  if (!mark) return Failure(mark.error());
  mark->bind_all(inserter->batch_id(), row.quarantine_id);
  return mark->run();
}

Result<std::int64_t> Writer::State::expire_payloads(std::int64_t received_before_ms, std::int64_t most) {
  auto expire = database.prepare(
      "UPDATE quarantined_record SET payload = '' WHERE quarantine_id IN (SELECT quarantine_id "
      "FROM quarantined_record WHERE received < ? AND payload <> '' LIMIT ?)");
  if (!expire) return Failure(expire.error());
  expire->bind_all(received_before_ms, most);
  if (auto expired = expire->run(); !expired) return Failure(expired.error());
  return database.changed_rows();
}

// ---- Who may speak for whom (design §4): the website for everyone, an app for the subject of its first
// customer record. Readings are not restricted.

Result<std::optional<std::int64_t>> Writer::State::bound_subject(std::string_view device) {
  auto find = database.prepare("SELECT subject_id FROM device_subject WHERE device = ?");
  if (!find) return Failure(find.error());
  find->bind_all(stored_sender_id(device));
  const auto row = find->step();
  if (!row) return Failure(row.error());
  return *row ? std::optional<std::int64_t>(find->integer(0)) : std::nullopt;
}

// Asking may read the roles folder: not for every record of a message.
bool Writer::State::speaks_for_everyone(std::string_view device) {
  if (!is_website) is_website = options.speaks_for_everyone && options.speaks_for_everyone(device);
  return *is_website;
}

Result<bool> Writer::State::speaks_for(std::string_view device, std::string_view email) {
  if (speaks_for_everyone(device)) return true;
  const auto bound = bound_subject(device);
  if (!bound) return Failure(bound.error());
  const auto subject = inserter->dictionary().find_subject(email);
  if (!subject) return Failure(subject.error());
  return *bound && *subject && **bound == **subject;
}

Result<bool> Writer::State::may_speak(const CustomerRecord& record, const Message& message) {
  if (speaks_for_everyone(message.device)) return true;
  if (message.device.empty()) return false;  // a replay of what kept no device
  const auto bound = bound_subject(message.device);
  if (!bound) return Failure(bound.error());
  if (*bound) return speaks_for(message.device, record.email);
  const auto subject = inserter->dictionary().subject(record.email);
  if (!subject) return Failure(subject.error());
  auto bind = database.prepare("INSERT INTO device_subject (device, subject_id) VALUES (?, ?)");
  if (!bind) return Failure(bind.error());
  bind->bind_all(stored_sender_id(message.device), subject->id);
  if (auto done = bind->run(); !done) return Failure(done.error());
  return true;
}

Result<bool> Writer::State::may_speak(const ConsentEvent& event, const Message& message) {
  return speaks_for(message.device, event.email);
}

Result<bool> Writer::State::may_speak(const PairingEvent& event, const Message& message) {
  // Only the website may say that a serial is nobody's.
  return speaks_for(message.device, event.email.value_or(""));
}

// ---- Writer

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::open(const std::filesystem::path& store_dir, WriterOptions options,
                            const Clock& clock) {
  auto database = open_landing_for_writing(store_dir, clock);
  if (!database) return Failure(database.error());
  auto state = std::make_unique<State>(std::move(*database), std::move(options));
  if (auto opened = state->open_inserter(); !opened) return Failure(opened.error());
  return Writer(std::move(state));
}

Result<void> Writer::begin() {
  return state_->begin();
}

Result<Landed> Writer::land(const Message& message) {
  auto outcome = state_->land(message);
  if (!outcome) return state_->give_up(outcome.error());
  return outcome;
}

Result<Landed> Writer::quarantine(const Message& message, Reason reason) {
  auto outcome = state_->quarantine(message, reason);
  if (!outcome) return state_->give_up(outcome.error());
  return outcome;
}

Result<Landed> Writer::replay(const Message& message, const QuarantinedRow& row) {
  auto outcome = state_->replay(message, row);
  if (!outcome) return state_->give_up(outcome.error());
  return outcome;
}

Result<std::int64_t> Writer::expire_payloads(std::int64_t received_before_ms, std::int64_t most) {
  auto expired = state_->expire_payloads(received_before_ms, most);
  if (!expired) return state_->give_up(expired.error());
  return expired;
}

Result<void> Writer::commit() {
  return state_->commit();
}

Result<void> Writer::checkpoint() {
  if (auto begun = begin(); !begun) return begun;
  state_->batches_since_save = state_->options.checkpoint_every_batches;
  return commit();
}

std::int64_t Writer::written_bytes() const {
  return state_->database.written_bytes();
}

sqlite::Trouble Writer::trouble() const {
  return state_->trouble;
}

}  // namespace stedi::landing
