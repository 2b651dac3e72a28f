#include "lakehouse/landing/inserter.hpp"

#include "core/record/encode.hpp"
#include "core/record/identity.hpp"
#include "core/wire/topic.hpp"

namespace stedi::landing {

namespace {

constexpr std::string_view insert_customer = R"(
INSERT INTO customer (batch_id, received, subject_id, trainer_id, email, customerName, phone, birthDay, serialNumber,
                      registrationDate, lastUpdateDate, shareWithResearchAsOfDate, shareWithPublicAsOfDate,
                      shareWithFriendsAsOfDate, last_update_invalid, research_is_number, canonical, extra, line)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";
constexpr std::string_view insert_consent = R"(
INSERT INTO consent (batch_id, received, subject_id, email, purpose, action, timestamp, extra, line)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))";
constexpr std::string_view insert_pairing = R"(
INSERT INTO pairing (batch_id, received, trainer_id, subject_id, serialNumber, email, timestamp, extra)
VALUES (?, ?, ?, ?, ?, ?, ?, ?))";
constexpr std::string_view insert_gap = R"(
INSERT INTO gap (batch_id, received, device, boot, stream, first_seq, last_seq, records, reason, first_ms, last_ms,
                 extra)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";
constexpr std::string_view insert_quarantined = R"(
INSERT INTO quarantined_record (batch_id, stream, reason, received, is_message, is_faithful, device, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?))";

std::string insert_from_memory(std::string_view table, std::string_view columns) {
  const std::string names(columns);
  return "INSERT INTO " + std::string(table) + " (" + names + ") SELECT " + names + " FROM incoming_" +
         std::string(table);
}

std::optional<std::string_view> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

std::int64_t as_integer(bool flag) {
  return flag ? 1 : 0;
}

template <typename Rows>
Result<void> flush_rows(sqlite::Database& database, sqlite::Statement& insert, Rows& rows) {
  if (rows.row_count() == 0) return {};
  if (auto inserted = insert.run(); !inserted) return inserted;
  if (database.last_insert_id() != rows.next_id() - 1) return fail("landing.db gave ids out of order");
  rows.set_first_id(rows.next_id());
  rows.clear();
  return {};
}

template <typename Find>
Result<void> find_owners(const std::vector<std::string>& owners, const Find& find,
                         std::vector<Entry>& found) {
  found.clear();
  for (const std::string& owner : owners) {
    const auto entry = find(owner);
    if (!entry) return Failure(entry.error());
    found.push_back(*entry);
  }
  return {};
}

template <typename Rows, typename Reading>
void add_readings(Rows& rows, const ReadingBlock<Reading>& block, const std::vector<Entry>& owners,
                  std::int64_t received_ms) {
  for (std::size_t i = 0; i < block.readings.size(); ++i)
    rows.add(block.readings[i], owners[block.owner_of[i]], received_ms);
}

}  // namespace

Inserter::Inserter(sqlite::Database& database, Dictionary dictionary)
    : database_(&database), dictionary_(std::move(dictionary)) {}

Result<std::unique_ptr<Inserter>> Inserter::open(sqlite::Database& database) {
  auto dictionary = Dictionary::open(database);
  if (!dictionary) return Failure(dictionary.error());
  std::unique_ptr<Inserter> inserter(new Inserter(database, std::move(*dictionary)));
  const auto registered = [&](std::string_view table, std::string_view columns,
                              const sqlite::RowSource& rows) {
    return sqlite::register_row_source(database, "incoming_" + std::string(table), columns, rows);
  };
  if (auto made = registered("accelerometer", AccelerometerRows::columns, inserter->accelerometer_); !made)
    return Failure(made.error());
  if (auto made = registered("step_trainer", StepTrainerRows::columns, inserter->step_trainer_); !made)
    return Failure(made.error());
  if (auto made = registered("batch", BatchRows::columns, inserter->batches_); !made)
    return Failure(made.error());
  auto statements = prepare(database);
  if (!statements) return Failure(statements.error());
  inserter->statements_ = std::make_unique<Statements>(std::move(*statements));
  return inserter;
}

Result<Inserter::Statements> Inserter::prepare(sqlite::Database& database) {
  std::optional<Error> error;
  const auto statement = [&](std::string_view sql) -> sqlite::Statement {
    auto prepared = database.prepare(sql);
    if (prepared) return std::move(*prepared);
    if (!error) error = prepared.error();
    return *database.prepare("SELECT 1");
  };
  Statements all{
      statement(insert_customer),
      statement(insert_consent),
      statement(insert_pairing),
      statement(insert_gap),
      statement(insert_quarantined),
      statement("SELECT source_id FROM source WHERE kind = ? AND stream = ? AND device = ? AND boot = ?"),
      statement("INSERT INTO source (kind, stream, device, boot) VALUES (?, ?, ?, ?)"),
      statement(insert_from_memory("accelerometer", AccelerometerRows::columns)),
      statement(insert_from_memory("step_trainer", StepTrainerRows::columns)),
      statement(insert_from_memory("accelerometer", AccelerometerRows::plain_columns)),
      statement(insert_from_memory("step_trainer", StepTrainerRows::plain_columns)),
      statement(insert_from_memory("batch", BatchRows::columns)),
      statement("SELECT name, seq + 1 FROM sqlite_sequence"),
      statement("SELECT epoch FROM store"),
  };
  if (error) return Failure(*error);
  return all;
}

Result<void> Inserter::begin() {
  line_.reset();
  const auto epoch = statements_->epoch.step();
  if (!epoch) return Failure(epoch.error());
  const std::int64_t current = *epoch ? statements_->epoch.integer(0) : 0;
  statements_->epoch.reset();
  if (current != epoch_) dictionary_.forget();
  epoch_ = current;
  return take_next_ids();
}

// Another writer (an import) may have moved on since the last transaction.
Result<void> Inserter::take_next_ids() {
  accelerometer_.set_first_id(1);
  step_trainer_.set_first_id(1);
  batches_.set_first_id(1);
  for (auto& id : next_small_id_) id = 1;
  auto& ids = statements_->next_ids;
  Result<bool> row = ids.step();
  for (; row && *row; row = ids.step()) {
    const std::string_view table = ids.text(0);
    const std::int64_t next = ids.integer(1);
    if (table == "accelerometer") accelerometer_.set_first_id(next);
    if (table == "step_trainer") step_trainer_.set_first_id(next);
    if (table == "batch") batches_.set_first_id(next);
    if (const auto stream = wire::stream_named(table))
      next_small_id_[static_cast<std::size_t>(*stream)] = next;
  }
  ids.reset();
  if (!row) return Failure(row.error());
  return {};
}

Result<void> Inserter::flush() {
  auto& accelerometer =
      accelerometer_.are_plain() ? statements_->plain_accelerometer : statements_->accelerometer;
  auto& step_trainer =
      step_trainer_.are_plain() ? statements_->plain_step_trainer : statements_->step_trainer;
  if (auto done = flush_rows(*database_, accelerometer, accelerometer_); !done) return done;
  if (auto done = flush_rows(*database_, step_trainer, step_trainer_); !done) return done;
  return flush_rows(*database_, statements_->batch, batches_);
}

void Inserter::forget() {
  dictionary_.forget();
  accelerometer_.clear();
  step_trainer_.clear();
  batches_.clear();
}

std::int64_t Inserter::next_id(Stream stream) const {
  switch (stream) {
    case Stream::accelerometer:
      return accelerometer_.next_id();
    case Stream::step_trainer:
      return step_trainer_.next_id();
    default:
      return next_small_id_[static_cast<std::size_t>(stream)];
  }
}

Result<void> Inserter::add(const ReadingBlock<AccelerometerReading>& block, std::int64_t received_ms) {
  const auto subject = [this](const std::string& email) { return dictionary_.subject(email); };
  if (auto found = find_owners(block.owners, subject, owners_); !found) return found;
  add_readings(accelerometer_, block, owners_, received_ms);
  return {};
}

Result<void> Inserter::add(const ReadingBlock<StepTrainerReading>& block, std::int64_t received_ms) {
  const auto trainer = [this](const std::string& serial) { return dictionary_.trainer(serial); };
  if (auto found = find_owners(block.owners, trainer, owners_); !found) return found;
  add_readings(step_trainer_, block, owners_, received_ms);
  return {};
}

Result<void> Inserter::add(OwnedReadings<AccelerometerRows>& sorted, std::int64_t received_ms) {
  const auto subject = [this](const std::string& email) { return dictionary_.subject(email); };
  if (auto found = find_owners(sorted.owners, subject, owners_); !found) return found;
  accelerometer_.take(sorted.rows, owners_, received_ms);
  return {};
}

Result<void> Inserter::add(OwnedReadings<StepTrainerRows>& sorted, std::int64_t received_ms) {
  const auto trainer = [this](const std::string& serial) { return dictionary_.trainer(serial); };
  if (auto found = find_owners(sorted.owners, trainer, owners_); !found) return found;
  step_trainer_.take(sorted.rows, owners_, received_ms);
  return {};
}

Result<void> Inserter::add(const CustomerRecord& record, std::int64_t received_ms) {
  const auto subject = dictionary_.subject(record.email);
  if (!subject) return Failure(subject.error());
  std::optional<std::int64_t> trainer_id;
  if (record.serial_number && !trimmed(*record.serial_number).empty()) {
    const auto trainer = dictionary_.trainer(*record.serial_number);
    if (!trainer) return Failure(trainer.error());
    trainer_id = trainer->id;
  }
  statements_->customer.bind_all(
      batch_id(), received_ms, subject->id, trainer_id, record.email, record.customer_name, record.phone,
      record.birth_day, record.serial_number, record.registration_ms, record.last_update_ms,
      record.research_from_ms, record.public_from_ms, record.friends_from_ms,
      as_integer(record.last_update_invalid), as_integer(record.research_is_number), canonical_bytes(record),
      text_or_null(record.extra), line_);
  ++next_small_id_[static_cast<std::size_t>(Stream::customer)];
  return statements_->customer.run();
}

Result<void> Inserter::add(const ConsentEvent& event, std::int64_t received_ms) {
  const auto subject = dictionary_.subject(event.email);
  if (!subject) return Failure(subject.error());
  const std::string_view action = event.action == ConsentEvent::Action::grant ? "grant" : "withdraw";
  statements_->consent.bind_all(batch_id(), received_ms, subject->id, event.email, event.purpose, action,
                                event.timestamp_ms, text_or_null(event.extra), line_);
  ++next_small_id_[static_cast<std::size_t>(Stream::consent)];
  return statements_->consent.run();
}

Result<void> Inserter::add(const PairingEvent& event, std::int64_t received_ms) {
  const auto trainer = dictionary_.trainer(event.serial_number);
  if (!trainer) return Failure(trainer.error());
  std::optional<std::int64_t> subject_id;
  if (event.email) {
    const auto subject = dictionary_.subject(*event.email);
    if (!subject) return Failure(subject.error());
    subject_id = subject->id;
  }
  statements_->pairing.bind_all(batch_id(), received_ms, trainer->id, subject_id, event.serial_number,
                                event.email, event.timestamp_ms, text_or_null(event.extra));
  ++next_small_id_[static_cast<std::size_t>(Stream::pairing)];
  return statements_->pairing.run();
}

Result<void> Inserter::add(const GapRecord& gap, std::string_view device, std::string_view boot,
                           std::int64_t received_ms) {
  statements_->gap.bind_all(batch_id(), received_ms, device, boot, gap.stream, gap.first_seq, gap.last_seq,
                            gap.records, gap.reason, gap.first_ms, gap.last_ms, text_or_null(gap.extra));
  ++next_small_id_[static_cast<std::size_t>(Stream::gap)];
  return statements_->gap.run();
}

Result<void> Inserter::quarantine(Stream stream, const wire::RefusedRecord& refused, std::int64_t received_ms,
                                  std::string_view device) {
  statements_->quarantine.bind_all(batch_id(), wire::stream_name(stream), reason_name(refused.reason),
                                   received_ms, as_integer(refused.is_message),
                                   as_integer(refused.is_faithful), device, refused.payload);
  return statements_->quarantine.run();
}

Result<std::int64_t> Inserter::source_id(std::string_view kind, Stream stream, std::string_view device,
                                         std::string_view boot) {
  auto& find = statements_->find_source;
  find.bind_all(kind, wire::stream_name(stream), device, boot);
  const auto row = find.step();
  if (!row) return Failure(row.error());
  const std::int64_t found = *row ? find.integer(0) : 0;
  find.reset();
  if (found != 0) return found;
  statements_->add_source.bind_all(kind, wire::stream_name(stream), device, boot);
  if (auto added = statements_->add_source.run(); !added) return Failure(added.error());
  return database_->last_insert_id();
}

}  // namespace stedi::landing
