#include "tests/unit/lakehouse/store_fixture.hpp"

#include "core/record/encode.hpp"
#include "core/record/identity.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/support/reconciliation.hpp"
#include "tests/support/tables.hpp"

namespace stedi::lakehouse {

namespace {

template <typename T>
T require(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}
void require(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

template <typename... Values>
std::int64_t insert(sqlite::Database& database, std::string_view sql, const Values&... values) {
  auto statement = require(database.prepare(sql));
  statement.bind_all(values...);
  require(statement.run());
  return database.last_insert_id();
}

std::optional<std::int64_t> lookup(sqlite::Database& database, std::string_view sql, const std::string& key) {
  auto statement = require(database.prepare(sql));
  statement.bind(1, key);
  return require(statement.step()) ? std::optional(statement.integer(0)) : std::nullopt;
}

std::string canonical_of(const CustomerRow& row) {
  CustomerRecord record;
  record.email = row.email;
  record.customer_name = row.name;
  record.serial_number = row.serial;
  record.last_update_ms = row.updated;
  record.research_from_ms = row.research;
  return canonical_bytes(record);
}

bool is_number(const CustomerRow& row) {
  return row.research_is_number.value_or(row.research.value_or(0) != 0);
}

int is_implausible(std::int64_t at, std::int64_t received) {
  return oracle::is_plausible(at, received) ? 0 : 1;
}

oracle::Customer customer_of(const CustomerRow& row) {
  oracle::Customer customer;
  customer.email = row.email;
  customer.name = row.name;
  customer.serial = row.serial;
  customer.updated_ms = row.updated;
  customer.research_ms = row.research;
  customer.updated_is_no_integer = row.updated_is_invalid;
  customer.research_is_number = is_number(row);
  customer.received_ms = row.received;
  return customer;
}

// The records whose rows are in the table.
template <typename Record>
std::vector<Record> those_in(sqlite::Database& database, const std::string& table,
                             const std::map<std::int64_t, Record>& landed) {
  auto rows = require(database.prepare("SELECT ingest_id FROM " + table + " ORDER BY ingest_id"));
  std::vector<Record> records;
  while (require(rows.step())) records.push_back(landed.at(rows.integer(0)));
  return records;
}

}  // namespace

StoreFixture::StoreFixture() : store_{folder_ / "store", folder_ / "keys"} {
  landing_ = require(landing::open_landing_for_writing(store_.dir, clock_));
}

std::int64_t StoreFixture::subject_of(const std::string& email) {
  const std::string identity = email_identity(email);
  const auto known = lookup(*landing_, "SELECT subject_id FROM subject WHERE email = ?", identity);
  if (known) return *known;
  return insert(*landing_, "INSERT INTO subject (email, landed_as) VALUES (?, ?)", identity, email);
}

std::optional<std::int64_t> StoreFixture::trainer_of(const std::optional<std::string>& serial) {
  const std::string identity(trimmed(serial.value_or("")));
  if (identity.empty()) return std::nullopt;
  const auto known = lookup(*landing_, "SELECT trainer_id FROM trainer WHERE serialNumber = ?", identity);
  if (known) return *known;
  return insert(*landing_, "INSERT INTO trainer (serialNumber, landed_as) VALUES (?, ?)", identity, *serial);
}

std::optional<std::int64_t> StoreFixture::spelling_of(const std::string& text, const std::string& landed_as) {
  if (text == landed_as) return std::nullopt;
  const auto known = lookup(*landing_, "SELECT spelling_id FROM spelling WHERE text = ?", text);
  return known ? *known : insert(*landing_, "INSERT INTO spelling (text) VALUES (?)", text);
}

std::int64_t StoreFixture::land(const CustomerRow& row) {
  const std::int64_t id = insert(
      *landing_,
      "INSERT INTO customer (batch_id, received, subject_id, trainer_id, email, customerName, serialNumber, "
      "lastUpdateDate, shareWithResearchAsOfDate, last_update_invalid, research_is_number, canonical) "
      "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.received, subject_of(row.email), trainer_of(row.serial), row.email, row.name, row.serial,
      row.updated, row.research, row.updated_is_invalid ? 1 : 0, is_number(row) ? 1 : 0, canonical_of(row));
  customers_[id] = customer_of(row);
  return id;
}

std::int64_t StoreFixture::land(const EventRow& row) {
  const std::int64_t id =
      insert(*landing_,
             "INSERT INTO consent (batch_id, received, subject_id, email, purpose, action, timestamp) "
             "VALUES (1, ?, ?, ?, ?, ?, ?)",
             row.received, subject_of(row.email), row.email, row.purpose, row.action, row.at);
  consents_[id] = {row.email, row.purpose, row.action == "grant", row.at, row.received};
  return id;
}

std::int64_t StoreFixture::land(const PairingRow& row) {
  const auto subject = row.email ? std::optional(subject_of(*row.email)) : std::nullopt;
  const std::int64_t id = insert(
      *landing_,
      "INSERT INTO pairing (batch_id, received, trainer_id, subject_id, serialNumber, email, timestamp) "
      "VALUES (1, ?, ?, ?, ?, ?, ?)",
      row.received, trainer_of(row.serial), subject, row.serial, row.email, row.at);
  pairings_[id] = {row.serial, row.email, row.at, row.received};
  return id;
}

std::int64_t StoreFixture::land(const MovementRow& row) {
  const std::int64_t subject = subject_of(row.user);
  const std::string landed_as =
      require(landing_->text("SELECT landed_as FROM subject WHERE subject_id = " + std::to_string(subject)));
  const std::int64_t id =
      insert(*landing_,
             "INSERT INTO accelerometer (subject_id, timestamp, x, y, z, implausible, spelling_id) "
             "VALUES (?, ?, ?, 0.0, -1.0, ?, ?)",
             subject, row.at, row.x, is_implausible(row.at, row.received), spelling_of(row.user, landed_as));
  movements_[id] = {row.user, row.at, row.x, 0.0, -1.0, row.received};
  return id;
}

std::int64_t StoreFixture::land(const StepRow& row) {
  const std::int64_t trainer = *trainer_of(row.serial);
  const std::string landed_as =
      require(landing_->text("SELECT landed_as FROM trainer WHERE trainer_id = " + std::to_string(trainer)));
  const std::int64_t id =
      insert(*landing_,
             "INSERT INTO step_trainer (trainer_id, sensorReadingTime, distanceFromObject, implausible, "
             "spelling_id) VALUES (?, ?, ?, ?, ?)",
             trainer, row.at, row.distance, is_implausible(row.at, row.received),
             spelling_of(row.serial, landed_as));
  steps_[id] = {row.at, row.serial, row.distance, row.received};
  return id;
}

oracle::Landed StoreFixture::landed() {
  return {those_in(*landing_, "customer", customers_), those_in(*landing_, "consent", consents_),
          those_in(*landing_, "pairing", pairings_), those_in(*landing_, "accelerometer", movements_),
          those_in(*landing_, "step_trainer", steps_)};
}

void StoreFixture::land_person(const std::string& email, const std::string& serial, std::int64_t from) {
  land(CustomerRow{.email = email, .serial = serial, .updated = from, .research = from});
}

void StoreFixture::balance_batch_log() {
  require(landing_->execute("DELETE FROM batch; DELETE FROM source"));
  for (const std::string stream : {"customer", "consent", "pairing", "accelerometer", "step_trainer"}) {
    const std::int64_t source = insert(
        *landing_, "INSERT INTO source (kind, stream, device, boot) VALUES ('import', ?, '', '')", stream);
    const std::int64_t landed = require(landing_->integer("SELECT COUNT(*) FROM " + stream));
    insert(*landing_, "INSERT INTO batch (source_id, received, landed, quarantined) VALUES (?, ?, ?, 0)",
           source, receipt, landed);
  }
}

void StoreFixture::run(Profile profile) {
  balance_batch_log();
  require(run_profile(store_, profile, Extent::when_needed, clock_));
  const Validation validation = validated(profile);
  EXPECT_EQ(joined(validation.differences), "");
  expect_as_by_the_rules(profile, validation);
}

void StoreFixture::expect_as_by_the_rules(Profile profile, const Validation& validation) {
  const auto outcome = profile == Profile::strict
                           ? oracle::strict(landed(), test::pseudonyms_of(store_.keys_dir))
                           : oracle::reference(landed());
  const auto zones = zones_file(store_.dir, profile);
  EXPECT_EQ(oracle::difference(outcome.tables, test::read_tables(zones, test::zone_views)), "");
  EXPECT_EQ(test::fates_in(validation, profile, "customer"), oracle::count(outcome.customers));
  EXPECT_EQ(test::fates_in(validation, profile, "accelerometer"), oracle::count(outcome.movements));
  EXPECT_EQ(test::fates_in(validation, profile, "step_trainer"), oracle::count(outcome.steps));
}

Validation StoreFixture::validated(std::optional<Profile> profile) {
  return require(validate(store_, profile, std::nullopt, clock_));
}

std::vector<std::string> StoreFixture::rows(const std::string& sql, Profile profile) {
  auto zones = require(sqlite::Database::open(zones_file(store_.dir, profile), sqlite::Access::read_only));
  require(zones.attach(landing::landing_file(store_.dir), "landing"));
  auto statement = require(zones.prepare(sql));
  std::vector<std::string> lines;
  while (require(statement.step())) {
    std::string line;
    for (int column = 0; column < statement.column_count(); ++column) {
      line += (column == 0 ? "" : "|") + std::string(statement.text(column));
    }
    lines.push_back(line);
  }
  return lines;
}

std::int64_t StoreFixture::count(const std::string& table, Profile profile) {
  return std::stoll(rows("SELECT COUNT(*) FROM main." + table, profile).front());
}

std::string StoreFixture::consent_of(const std::string& email) {
  return joined(
      rows("SELECT state.status, state.granted_from_ms FROM subject_state AS state "
           "JOIN landing.subject AS person ON person.subject_id = state.subject_id "
           "WHERE person.email = '" +
           email + "'"));
}

std::int64_t StoreFixture::excluded(const std::string& stream, const std::string& reason, Profile profile) {
  const auto fates = test::fates_in(validated(profile), profile, stream);
  const auto records = fates.find(reason);
  return records == fates.end() ? 0 : records->second;
}

void StoreFixture::corrupt(const std::string& sql, Profile profile) {
  auto zones = require(sqlite::Database::open(zones_file(store_.dir, profile), sqlite::Access::read_write));
  require(zones.execute(sql));
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

}  // namespace stedi::lakehouse
