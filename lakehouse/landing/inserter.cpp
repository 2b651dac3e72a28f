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
INSERT INTO quarantined_record (batch_id, stream, reason, received, is_message, is_faithful, device, payload, file, line)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))";

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
  TRY(insert.run());
  if (database.last_insert_id() != rows.next_id() - 1) return fail("landing.db gave ids out of order");
  rows.set_first_id(rows.next_id());
  rows.clear();
  return {};
}

}  // namespace

Inserter::Inserter(sqlite::Database& database, Dictionary dictionary)
    : database_(&database), dictionary_(std::move(dictionary)) {}

Result<std::unique_ptr<Inserter>> Inserter::open(sqlite::Database& database) {
  auto dictionary = TRY(Dictionary::open(database));
  std::unique_ptr<Inserter> inserter(new Inserter(database, std::move(dictionary)));
  const auto registered = [&](std::string_view table, std::string_view columns,
                              const sqlite::RowSource& rows) {
    return sqlite::register_row_source(database, "incoming_" + std::string(table), columns, rows);
  };
  Result<void> made;
  any_sensor_reading([&]<typename Reading> {
    made = registered(SensorStream<Reading>::name, ReadingRows<Reading>::columns(),
                      inserter->readings_.of<Reading>());
    return !made;
  });
  if (made) made = registered("batch", BatchRows::columns, inserter->batches_);
  if (!made) return Failure(made.error());
  auto statements = TRY(prepare(database));
  inserter->statements_ = std::make_unique<Statements>(std::move(statements));
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
      statement(insert_from_memory("batch", BatchRows::columns)),
      statement("SELECT name, seq + 1 FROM sqlite_sequence"),
      statement("SELECT epoch FROM store"),
      {},
  };
  for_each_sensor_reading([&]<typename Reading> {
    constexpr std::string_view table = SensorStream<Reading>::name;
    all.readings.of<Reading>() = {
        statement(insert_from_memory(table, ReadingRows<Reading>::columns())),
        statement(insert_from_memory(table, ReadingRows<Reading>::plain_columns()))};
  });
  if (error) return Failure(*error);
  return all;
}

Result<void> Inserter::begin() {
  line_.reset();
  file_.reset();
  const auto current = TRY(statements_->epoch.one_row<std::int64_t>());
  if (current.value_or(0) != epoch_) dictionary_.forget();
  epoch_ = current.value_or(0);
  return take_next_ids();
}

// Another writer (an import) may have moved on since the last transaction.
Result<void> Inserter::take_next_ids() {
  readings_.for_each([](auto& rows) { rows.set_first_id(1); });
  batches_.set_first_id(1);
  for (auto& id : next_small_id_) id = 1;
  return statements_->next_ids.each_row([&](std::string_view table, std::int64_t next) {
    for_each_sensor_reading([&]<typename Reading> {
      if (table == SensorStream<Reading>::name) readings_.of<Reading>().set_first_id(next);
    });
    if (table == "batch") batches_.set_first_id(next);
    if (const auto stream = wire::stream_named(table))
      next_small_id_[static_cast<std::size_t>(*stream)] = next;
  });
}

template <SensorReading Reading>
Result<void> Inserter::flush_readings() {
  auto& rows = readings_.of<Reading>();
  auto& inserts = statements_->readings.of<Reading>();
  return flush_rows(*database_, rows.are_plain() ? *inserts.plain : *inserts.all, rows);
}

Result<void> Inserter::flush() {
  Result<void> done;
  any_sensor_reading([&]<typename Reading> {
    done = flush_readings<Reading>();
    return !done;
  });
  if (!done) return done;
  return flush_rows(*database_, statements_->batch, batches_);
}

void Inserter::forget() {
  dictionary_.forget();
  readings_.for_each([](auto& rows) { rows.clear(); });
  batches_.clear();
}

std::int64_t Inserter::next_id(Stream stream) const {
  std::int64_t id = next_small_id_[static_cast<std::size_t>(stream)];
  for_each_sensor_reading([&]<typename Reading> {
    if (SensorStream<Reading>::stream == stream) id = readings_.of<Reading>().next_id();
  });
  return id;
}

template <SensorReading Reading>
Result<void> Inserter::find_owners(const std::vector<std::string>& owners) {
  owners_.clear();
  for (const std::string& owner : owners) {
    constexpr bool is_person = SensorStream<Reading>::owned_by == OwnedBy::person;
    owners_.push_back(TRY(is_person ? dictionary_.subject(owner) : dictionary_.trainer(owner)));
  }
  return {};
}

template <SensorReading Reading>
Result<void> Inserter::add(const ReadingBlock<Reading>& block, std::int64_t received_ms) {
  TRY(find_owners<Reading>(block.owners));
  auto& rows = readings_.of<Reading>();
  for (std::size_t i = 0; i < block.readings.size(); ++i)
    rows.add(block.readings[i], owners_[block.owner_of[i]], received_ms);
  return {};
}

template <SensorReading Reading>
Result<void> Inserter::add(OwnedReadings<Reading>& sorted, std::int64_t received_ms) {
  TRY(find_owners<Reading>(sorted.owners));
  readings_.of<Reading>().take(sorted.rows, owners_, received_ms);
  return {};
}

#define STEDI_ADD(Reading)                                                         \
  template Result<void> Inserter::add(const ReadingBlock<Reading>&, std::int64_t); \
  template Result<void> Inserter::add(OwnedReadings<Reading>&, std::int64_t);
STEDI_EACH_SENSOR_READING(STEDI_ADD)
#undef STEDI_ADD

Result<void> Inserter::add(const CustomerRecord& record, std::int64_t received_ms) {
  const auto subject = TRY(dictionary_.subject(record.email));
  std::optional<std::int64_t> trainer_id;
  if (record.serial_number && !trimmed(*record.serial_number).empty()) {
    const auto trainer = TRY(dictionary_.trainer(*record.serial_number));
    trainer_id = trainer.id;
  }
  statements_->customer.bind_all(
      batch_id(), received_ms, subject.id, trainer_id, record.email, record.customer_name, record.phone,
      record.birth_day, record.serial_number, record.registration_ms, record.last_update_ms,
      record.research_from_ms, record.public_from_ms, record.friends_from_ms,
      as_integer(record.last_update_invalid), as_integer(record.research_is_number), canonical_bytes(record),
      text_or_null(record.extra), line_);
  ++next_small_id_[static_cast<std::size_t>(Stream::customer)];
  return statements_->customer.run();
}

Result<void> Inserter::add(const ConsentEvent& event, std::int64_t received_ms) {
  const auto subject = TRY(dictionary_.subject(event.email));
  const std::string_view action = event.action == ConsentEvent::Action::grant ? "grant" : "withdraw";
  statements_->consent.bind_all(batch_id(), received_ms, subject.id, event.email, event.purpose, action,
                                event.timestamp_ms, text_or_null(event.extra), line_);
  ++next_small_id_[static_cast<std::size_t>(Stream::consent)];
  return statements_->consent.run();
}

Result<void> Inserter::add(const PairingEvent& event, std::int64_t received_ms) {
  const auto trainer = TRY(dictionary_.trainer(event.serial_number));
  std::optional<std::int64_t> subject_id;
  if (event.email) {
    const auto subject = TRY(dictionary_.subject(*event.email));
    subject_id = subject.id;
  }
  statements_->pairing.bind_all(batch_id(), received_ms, trainer.id, subject_id, event.serial_number,
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
  return statements_->quarantine.run(batch_id(), wire::stream_name(stream), reason_name(refused.reason),
                                     received_ms, as_integer(refused.is_message),
                                     as_integer(refused.is_faithful), device, refused.payload, file_, line_);
}

Result<std::int64_t> Inserter::source_id(std::string_view kind, Stream stream, std::string_view device,
                                         std::string_view boot) {
  const std::string_view name = wire::stream_name(stream);
  const auto found = TRY(statements_->find_source.one_row<std::int64_t>(kind, name, device, boot));
  if (found) return *found;
  TRY(statements_->add_source.run(kind, name, device, boot));
  return database_->last_insert_id();
}

}  // namespace stedi::landing
