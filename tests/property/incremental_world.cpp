#include "tests/property/incremental_world.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include "core/digest/digest.hpp"
#include "core/record/encode.hpp"
#include "lakehouse/import/import.hpp"
#include "lakehouse/landing/store.hpp"
#include "lakehouse/store/store_files.hpp"
#include "tests/oracle/names.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/oracle/read.hpp"
#include "tests/property/full_recompute.hpp"
#include "tests/support/reconciliation.hpp"
#include "tests/support/tables.hpp"

namespace stedi::lakehouse {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t first_midnight = 1'699'920'000'000;  // 2023-11-14 UTC
constexpr std::int64_t beginning_ms = first_midnight + day + day / 4;

std::string email_of(int who) {
  return "person" + std::to_string(who) + "@example.com";
}
std::string spelled(const std::string& text, int variant) {
  return variant % 5 == 4 ? " " + text + " " : text;
}
std::string serial_named(int serial) {
  return "serial-" + std::to_string(serial);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string all;
  for (const std::string& line : lines) all += "  " + line + "\n";
  return all.empty() ? "  (no row)\n" : all;
}

std::string text_of(const oracle::Counts& counts) {
  std::string text;
  for (const auto& [fate, records] : counts) text += " " + fate + " " + std::to_string(records);
  return text;
}

FullRecompute& full_recompute() {
  static FullRecompute full;
  return full;
}

std::string all_columns(const std::string& table) {
  return "SELECT * FROM main." + table;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Event& event) {
  static constexpr const char* names[happenings] = {
      "customer",  "resend_customer", "consent",    "resend_consent", "pairing",
      "movements", "steps",           "replay",     "import_file",    "serial_defect",
      "retention", "crash",           "job_change", "reopen",         "clock"};
  return out << names[static_cast<int>(event.happening)] << "{who " << event.who << ", serial "
             << event.serial << ", at " << event.at << ", also_at " << event.also_at << ", variant "
             << event.variant << (event.then_run ? "" : ", no run") << "}";
}

// ---- The store at the beginning

struct IncrementalWorld::Template {
  test::TempDir folder;
  oracle::Landed landed;
  std::vector<std::string> customer_texts;
  std::vector<std::string> consent_texts;
  std::int64_t seq[6] = {};
};

const IncrementalWorld::Template& IncrementalWorld::beginning() {
  static const Template made = [] {
    Template begun;
    IncrementalWorld world(Empty{}, {});
    for (const int who : {0, 1}) {
      world.happen({Happening::customer, who, who, 1, 1, 0});
      world.happen({Happening::movements, who, who, 2, 3, 0});
      world.happen({Happening::steps, who, who, 2, 3, 0});
    }
    world.happen({Happening::customer, 2, 2, 1, 15, 0});
    if (const std::string difference = world.run_and_compare(); !difference.empty())
      throw std::runtime_error(difference);
    world.curator_.reset();
    world.writer_.reset();
    world.zones_.reset();
    world.landing_.reset();
    begun.landed = world.landed_;
    begun.customer_texts = world.customer_texts_;
    begun.consent_texts = world.consent_texts_;
    std::ranges::copy(world.seq_, begun.seq);
    fs::copy(world.folder_.path(), begun.folder.path(), fs::copy_options::recursive);
    return begun;
  }();
  return made;
}

IncrementalWorld::IncrementalWorld(Empty, RunSeams seams)
    : store_{folder_.path() / "store", folder_.path() / "keys"},
      clock_(beginning_ms),
      seams_(std::move(seams)) {
  begin_on_files();
}

IncrementalWorld::IncrementalWorld(RunSeams seams)
    : store_{folder_.path() / "store", folder_.path() / "keys"},
      clock_(beginning_ms),
      seams_(std::move(seams)) {
  const Template& begun = beginning();
  fs::copy(begun.folder.path(), folder_.path(), fs::copy_options::recursive);
  landed_ = begun.landed;
  customer_texts_ = begun.customer_texts;
  consent_texts_ = begun.consent_texts;
  std::ranges::copy(begun.seq, seq_);
  begin_on_files();
}

IncrementalWorld::~IncrementalWorld() = default;

void IncrementalWorld::begin_on_files() {
  seams_.people_at_a_time = 2;
  seams_.after = [this](std::string_view done) -> Result<void> {
    if (crash_at_.empty() || done != crash_at_) return {};
    return fail("crashed after " + crash_at_);
  };
  landing::WriterOptions options;
  options.speaks_for_everyone = [](std::string_view) { return true; };
  writer_ = std::make_unique<landing::Writer>(require(landing::Writer::open(store_.dir, options, clock_)));
  landing_ =
      std::make_unique<sqlite::Database>(require(landing::open_landing_for_writing(store_.dir, clock_)));
  curator_ = std::make_unique<Curator>(store_, Profile::strict, clock_, seams_);
  if (!seams_.jobs) reference_ = std::make_unique<ReferenceSide>(store_, clock_);
}

// ---- What happens

std::int64_t IncrementalWorld::instant(int number) const {
  static constexpr std::int64_t of_day[5] = {0, 1, day / 4, day / 2, day - 1};
  if (number < 15) return first_midnight + number / 5 * day + of_day[number % 5];
  const std::int64_t now = clock_.wall_ms();
  const std::int64_t special[6] = {0, 4'102'444'800'000, now, now + day, now + day + 1, now - 1};
  return special[number - 15];
}

// What lands, read by the oracle; a line that is no record does not.
void IncrementalWorld::note(Stream stream, const std::string& record) {
  const std::int64_t now = clock_.wall_ms();
  const auto add = [](auto read, auto& records) {
    if (read) records.push_back(*std::move(read));
  };
  switch (stream) {
    case Stream::customer:
      customer_texts_.push_back(record);
      return add(oracle::read_customer(record, now), landed_.customers);
    case Stream::consent:
      consent_texts_.push_back(record);
      return add(oracle::read_consent(record, now), landed_.consents);
    case Stream::pairing:
      return add(oracle::read_pairing(record, now), landed_.pairings);
    case Stream::accelerometer:
      return add(oracle::read_movement(record, now), landed_.movements);
    default:
      return add(oracle::read_step(record, now), landed_.steps);
  }
}

void IncrementalWorld::land(Stream stream, const std::vector<std::string>& records) {
  for (const std::string& record : records) note(stream, record);
  last_stream_ = stream;
  last_payload_ = wire::seal_envelope({"boot", ++seq_[static_cast<int>(stream)]}, records);
  send_last_batch();
}

void IncrementalWorld::send_last_batch() {
  if (last_payload_.empty()) return;
  wire::PayloadDecoder decoder;
  const wire::Payload payload = decoder.decode(last_stream_, last_payload_);
  require(writer_->begin());
  require(writer_->land({"device", last_stream_, payload, first_64_bits(sha256(last_payload_)),
                         clock_.wall_ms(), last_payload_}));
  require(writer_->commit());
}

void IncrementalWorld::happen(const Event& event) {
  clock_.advance_ms(1);
  switch (event.happening) {
    case Happening::customer:
      return land(Stream::customer, {encode(customer_of(event))});
    case Happening::resend_customer:
      if (customer_texts_.empty()) return;
      return land(Stream::customer,
                  {customer_texts_[static_cast<std::size_t>(event.at + event.who) % customer_texts_.size()]});
    case Happening::consent: {
      ConsentEvent said{spelled(email_of(event.who), event.variant),
                        event.variant % 11 == 10 ? "marketing" : "research",
                        event.variant % 2 == 0 ? ConsentEvent::Action::withdraw : ConsentEvent::Action::grant,
                        instant(event.at), ""};
      if (event.variant % 8 == 4) {
        said.time_is_unreadable = true;
        said.extra = R"({"timestamp":"yesterday"})";
      }
      return land_consent(encode(said));
    }
    case Happening::resend_consent:
      if (consent_texts_.empty()) return;
      return land_consent(
          consent_texts_[static_cast<std::size_t>(event.at + event.who) % consent_texts_.size()]);
    case Happening::pairing: {
      const auto to = event.variant % 4 == 3 ? std::nullopt : std::optional(email_of(event.who));
      return land(Stream::pairing, {encode(PairingEvent{spelled(serial_named(event.serial), event.variant),
                                                        to, instant(event.at), ""})});
    }
    case Happening::movements:
      return land_movements(event);
    case Happening::steps:
      return land_steps(event);
    case Happening::replay:
      return send_last_batch();
    case Happening::import_file:
      return import_readings(event);
    case Happening::serial_defect:
      for (int who = 0; who < people; ++who) {
        Event one = event;
        one.who = who;
        land(Stream::customer, {encode(customer_of(one))});
      }
      return;
    case Happening::retention:
      return leave(event);
    case Happening::crash: {
      const auto& jobs = full_recompute().jobs();
      const auto point = static_cast<std::size_t>(event.variant) % (jobs.size() + 1);
      crash_at_ = point == jobs.size() ? "commit" : jobs[point].name;
      return;
    }
    case Happening::job_change: {
      const auto& jobs = full_recompute().jobs();
      return change_job(jobs[static_cast<std::size_t>(event.variant) % jobs.size()].name);
    }
    case Happening::reopen:
      curator_ = std::make_unique<Curator>(store_, Profile::strict, clock_, seams_);
      return;
    case Happening::clock:
      return clock_.advance_ms(event.variant % 2 == 0 ? day / 4 : day);
  }
}

// An older text made the table, and thereby those that follow from it, wrong.
void IncrementalWorld::change_job(const std::string& name) {
  std::string sql =
      "UPDATE catalog_table SET job_hash = 'of an older text' WHERE table_name = '" + name + "';";
  std::set<std::string> wrong = {name};
  for (const Job& job : full_recompute().jobs()) {
    const auto is_wrong = [&](const JobInput& input) { return wrong.contains(input.table); };
    if (std::ranges::any_of(job.inputs, is_wrong)) wrong.insert(job.name);
    if (wrong.contains(job.name)) sql += "DELETE FROM " + rows_table(job.name) + ";";
  }
  if (wrong.contains("customers_curated")) sql += "DELETE FROM pseudonym";
  auto zones =
      require(sqlite::Database::open(zones_file(store_.dir, Profile::strict), sqlite::Access::read_write));
  require(zones.execute(sql));
}

CustomerRecord IncrementalWorld::customer_of(const Event& event) const {
  CustomerRecord record;
  record.email =
      event.variant % 7 == 6 ? " Person" + std::to_string(event.who) + "@EXAMPLE.com" : email_of(event.who);
  record.customer_name = "name " + std::to_string(event.variant % 3);
  if (event.variant % 6 != 5) record.serial_number = spelled(serial_named(event.serial), event.variant);
  if (event.variant % 8 == 7) {
    record.extra = R"({"lastUpdateDate":"soon"})";
  } else if (event.at != 20) {
    record.last_update_ms = instant(event.at);
  }
  if (event.variant % 4 != 3) record.research_from_ms = instant(event.also_at);
  return record;
}

void IncrementalWorld::land_consent(const std::string& record) {
  // Every second time, which is often enough: making it costs as much as a run of `strict`.
  if (reference_ && landed_.consents.size() % 2 == 0) reference_->before_consent(landed_);
  land(Stream::consent, {record});
}

void IncrementalWorld::land_movements(const Event& event) {
  std::vector<std::string> records;
  for (int i = 0; i <= event.variant % 3; ++i) {
    const AccelerometerReading reading{spelled(email_of(event.who), event.variant),
                                       instant((event.at + i * event.also_at) % instants),
                                       static_cast<double>(event.variant % 2),
                                       0.5,
                                       -1.0,
                                       ""};
    records.push_back(encode(reading));
  }
  land(Stream::accelerometer, records);
}

void IncrementalWorld::land_steps(const Event& event) {
  std::vector<std::string> records;
  for (int i = 0; i <= event.variant % 3; ++i) {
    const StepTrainerReading reading{instant((event.at + i * event.also_at) % instants),
                                     spelled(serial_named(event.serial), event.variant), event.variant % 2,
                                     ""};
    records.push_back(encode(reading));
  }
  land(Stream::step_trainer, records);
}

// Every person and serial at two instants, in one file; a file that is there already is imported again.
void IncrementalWorld::import_readings(const Event& event) {
  const bool again = files_ > 0 && event.variant % 4 == 3;
  const fs::path file =
      folder_.path() / ("step_trainer-" + std::to_string(again ? files_ : ++files_) + ".json");
  if (!again) {
    std::ofstream out(file);
    out << "not a record " << files_ << "\n";
    for (int serial = 0; serial < serials; ++serial) {
      for (const int number : {event.at, event.also_at}) {
        const StepTrainerReading reading{instant(number), serial_named(serial), files_, ""};
        note(Stream::step_trainer, encode(reading));
        out << encode(reading) << "\n";
      }
    }
  }
  require(landing::import_files(store_.dir, {{file, Stream::step_trainer}}, clock_, {}));
}

// Rows leave as retention makes them leave: with a row of removed_cell in the same transaction.
void IncrementalWorld::leave(const Event& event) {
  const std::int64_t from = std::min(instant(event.at), instant(event.also_at));
  const std::int64_t to = std::max(instant(event.at), instant(event.also_at)) + 1;
  const std::string span = std::to_string(from) + " AND " + std::to_string(to - 1);
  const std::string email = email_of(event.who);
  const std::string serial = serial_named(event.serial);
  const std::string subject = "(SELECT subject_id FROM subject WHERE email = '" + email + "')";
  const std::string trainer = "(SELECT trainer_id FROM trainer WHERE serialNumber = '" + serial + "')";
  const auto is_theirs = [&](const auto& record) { return oracle::identity_of(record->email) == email; };
  const auto gone = [](auto& records, const auto& condition) { std::erase_if(records, condition); };
  std::string sql = "BEGIN IMMEDIATE;";
  switch (event.variant % 5) {
    case 0:
    case 1:
      sql += "DELETE FROM accelerometer WHERE subject_id = " + subject + " AND timestamp BETWEEN " + span +
             ";INSERT INTO removed_cell (subject_id, from_ms, to_ms) SELECT subject_id, " +
             std::to_string(from) + ", " + std::to_string(to) + " FROM subject WHERE email = '" + email + "'";
      gone(landed_.movements, [&](const auto& each) {
        return oracle::identity_of(each.user) == email && each.at_ms >= from && each.at_ms < to;
      });
      break;
    case 2:
      sql += "DELETE FROM step_trainer WHERE trainer_id = " + trainer + " AND sensorReadingTime BETWEEN " +
             span + ";INSERT INTO removed_cell (trainer_id, from_ms, to_ms) SELECT trainer_id, " +
             std::to_string(from) + ", " + std::to_string(to) + " FROM trainer WHERE serialNumber = '" +
             serial + "'";
      gone(landed_.steps, [&](const auto& each) {
        return oracle::trimmed(each.serial) == serial && each.at_ms >= from && each.at_ms < to;
      });
      break;
    case 3:
      sql +=
          "INSERT INTO removed_cell (subject_id, trainer_id) SELECT subject_id, trainer_id FROM customer "
          "WHERE subject_id = " +
          subject + ";DELETE FROM customer WHERE subject_id = " + subject +
          ";INSERT INTO removed_cell (subject_id) SELECT subject_id FROM consent WHERE subject_id = " +
          subject + ";DELETE FROM consent WHERE subject_id = " + subject;
      gone(customer_texts_, [&](const auto& each) { return is_theirs(oracle::read_customer(each, 0)); });
      gone(consent_texts_, [&](const auto& each) { return is_theirs(oracle::read_consent(each, 0)); });
      gone(landed_.customers, [&](const auto& each) { return is_theirs(std::optional(each)); });
      gone(landed_.consents, [&](const auto& each) { return is_theirs(std::optional(each)); });
      break;
    default:
      sql += "INSERT INTO removed_cell (trainer_id) SELECT trainer_id FROM pairing WHERE trainer_id = " +
             trainer + ";DELETE FROM pairing WHERE trainer_id = " + trainer;
      gone(landed_.pairings, [&](const auto& each) { return oracle::trimmed(each.serial) == serial; });
  }
  require(landing_->execute(sql + ";COMMIT"));
}

// ---- The law

std::string IncrementalWorld::run_and_compare() {
  if (reference_) {
    if (const std::string difference = reference_->compare_after_consent(landed_); !difference.empty())
      return difference;
  }
  if (!crash_at_.empty()) {
    if (const std::string difference = crash(); !difference.empty()) return difference;
  }
  require(curator_->run(Extent::when_needed));
  if (!zones_) {
    zones_ = std::make_unique<sqlite::Database>(
        require(sqlite::Database::open(zones_file(store_.dir, Profile::strict), sqlite::Access::read_only)));
    require(zones_->attach(landing::landing_file(store_.dir), "landing"));
  }
  if (const std::string difference = compare_with_full(); !difference.empty()) return difference;
  if (const std::string difference = check_catalog(); !difference.empty()) return difference;
  if (const std::string difference = check_index(); !difference.empty()) return difference;
  return compare_with_rules();
}

// A run that dies leaves what was there before.
std::string IncrementalWorld::crash() {
  const auto state = [this] {
    std::vector<MultisetHash> all;
    auto zones =
        require(sqlite::Database::open(zones_file(store_.dir, Profile::strict), sqlite::Access::read_only));
    for (const char* table :
         {"subject_state", "serial_owner", "customer_trusted_rows", "accelerometer_trusted_rows",
          "customers_curated_rows", "step_trainer_trusted_rows", "machine_learning_curated_rows", "pseudonym",
          "cursor", "accelerometer_run", "step_trainer_run", "catalog_table"}) {
      all.push_back(hash_of(zones, all_columns(table)));
    }
    return all;
  };
  const auto before = state();
  const auto report = curator_->run(Extent::when_needed);
  const std::string point = std::exchange(crash_at_, "");
  if (report && !report->up_to_date) return "a run that crashed after " + point + " said it was done\n";
  return state() == before ? "" : "a run that crashed after " + point + " left something behind\n";
}

std::string IncrementalWorld::compare_with_full() {
  std::string difference;
  sqlite::Database& full = full_recompute().of(store_, clock_);
  for (const Job& job : full_recompute().jobs()) {
    const std::string rows = all_columns(rows_table(job.name));
    if (hash_of(*zones_, rows) == hash_of(full, rows)) continue;
    difference = job.name + " is\n" + joined(lines_of(*zones_, rows)) + "in full it is\n" +
                 joined(lines_of(full, rows));
    break;
  }
  full_recompute().done();
  return difference;
}

std::string IncrementalWorld::check_catalog() {
  for (const Job& job : full_recompute().jobs()) {
    const auto rows = lines_of(*zones_, "SELECT COUNT(*) FROM main." + rows_table(job.name));
    const auto known =
        lines_of(*zones_, "SELECT row_count FROM catalog_table WHERE table_name = '" + job.name + "'");
    if (rows != known)
      return "the catalog counts " + job.name + " as\n" + joined(known) + "it has\n" + joined(rows);
  }
  return "";
}

// The ends of each run are readings that are there, each reading is in one run, and removals are forgotten.
std::string IncrementalWorld::check_index() {
  std::string difference;
  for (const auto& [table, id, time] : {std::tuple{"accelerometer", "subject_id", "timestamp"},
                                        std::tuple{"step_trainer", "trainer_id", "sensorReadingTime"}}) {
    const std::string run = std::string(table) + "_run";
    const auto end = [&, id = id, time = time](const std::string& row, const std::string& ms) {
      return "EXISTS (SELECT 1 FROM landing." + std::string(table) + " AS r WHERE r.ingest_id BETWEEN " +
             row + ".first_id AND " + row + ".last_id AND r." + id + " = " + row + "." + id + " AND r." +
             time + " = " + row + "." + ms + ")";
    };
    const auto loose = lines_of(*zones_, "SELECT run.* FROM " + run + " AS run WHERE NOT " +
                                             end("run", "first_ms") + " OR NOT " + end("run", "last_ms"));
    if (!loose.empty()) difference += run + " ends where nothing is:\n" + joined(loose);
  }
  const auto cells = lines_of(*zones_, "SELECT removal_id FROM landing.removed_cell");
  if (!cells.empty()) difference += "removals are not forgotten:\n" + joined(cells);
  return difference;
}

std::string IncrementalWorld::compare_with_rules() {
  const auto pseudonym = test::pseudonyms_of(store_.keys_dir);
  const oracle::Outcome outcome = oracle::strict(landed_, pseudonym);
  const std::string difference =
      oracle::difference(outcome.tables, test::read_tables(*zones_, test::zone_views));
  if (!difference.empty()) return "strict is not what the rules say: " + difference;
  return reference_ ? compare_reconciliation(outcome) : "";
}

// `validate` says of as many records as the rules why they are not in a table.
std::string IncrementalWorld::compare_reconciliation(const oracle::Outcome& outcome) {
  const Validation validation = require(validate(store_, Profile::strict, std::nullopt, clock_));
  std::string difference;
  for (const auto& [stream, fates] :
       {std::pair("customer", &outcome.customers), std::pair("accelerometer", &outcome.movements),
        std::pair("step_trainer", &outcome.steps)}) {
    const oracle::Counts ours = test::fates_in(validation, Profile::strict, stream);
    const oracle::Counts theirs = oracle::count(*fates);
    if (ours != theirs)
      difference += std::string(stream) + " is accounted for as" + text_of(ours) + ", by the rules" +
                    text_of(theirs) + "\n";
  }
  return difference;
}

}  // namespace stedi::lakehouse
