#include "lakehouse/ledger/ledger.hpp"

#include <array>
#include <cstdio>
#include <unordered_map>
#include <utility>

#include "core/record/limits.hpp"
#include "core/sqlite/new_file.hpp"
#include "lakehouse/consent/standing.hpp"
#include "lakehouse/keys/ledger_key.hpp"
#include "lakehouse/ledger/sealed_text.hpp"
#include "lakehouse/sql/sql_files.hpp"
#include "lakehouse/zones/run_lock.hpp"

namespace stedi::lakehouse {

namespace {

Result<void> check_is_ours(sqlite::Database& ledger, const std::string& store_uuid) {
  const auto application = ledger.integer("PRAGMA application_id");
  if (!application) return Failure(application.error());
  if (*application != ledger_application_id) return fail("is not a consent ledger; move it away");
  const auto version = ledger.integer("PRAGMA user_version");
  if (!version) return Failure(version.error());
  if (*version > ledger_version) return fail("was written by a newer version of this program; use that one");
  const auto uuid = ledger.text("SELECT value FROM meta WHERE name = 'store_uuid'");
  if (!uuid) return Failure(uuid.error());
  if (*uuid != store_uuid) return fail("belongs to another store; move it away");
  return {};
}

Result<void> make_schema(sqlite::Database& ledger, const std::string& store_uuid) {
  const std::string schema = sql_text("ledger/ledger.sql") +
                             "PRAGMA application_id=" + std::to_string(ledger_application_id) +
                             ";PRAGMA user_version=" + std::to_string(ledger_version);
  if (auto done = ledger.execute(schema); !done) return done;
  auto insert = ledger.prepare("INSERT INTO meta VALUES ('store_uuid', ?)");
  if (!insert) return Failure(insert.error());
  insert->bind_all(store_uuid);
  return insert->run();
}

Result<sqlite::Database> open_ledger(const StoreFolder& store, const std::string& store_uuid) {
  sqlite::remove_abandoned_drafts(ledger_file(store));
  auto ledger = sqlite::Database::open(ledger_file(store), sqlite::Access::read_write);
  if (!ledger) return ledger;
  auto ready = check_is_ours(*ledger, store_uuid);
  if (ready) {
    ready = ledger->execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
        "PRAGMA temp_store = MEMORY");
  }
  if (!ready) return in_context("ledger.db", ready.error());
  return ledger;
}

Result<StatementCursor> read_cursor(sqlite::Database& ledger) {
  StatementCursor cursor;
  auto rows = ledger.prepare("SELECT landing_table, ingest_id FROM read_up_to");
  if (!rows) return Failure(rows.error());
  for (auto row = rows->step(); true; row = rows->step()) {
    if (!row) return Failure(row.error());
    if (!*row) return cursor;
    (rows->text(0) == "customer" ? cursor.customer : cursor.consent) = rows->integer(1);
  }
}

Result<void> save_cursor(sqlite::Database& ledger, const StatementCursor& cursor) {
  auto save = ledger.prepare("INSERT OR REPLACE INTO read_up_to VALUES (?, ?)");
  if (!save) return Failure(save.error());
  const std::array<std::pair<std::string_view, std::int64_t>, 2> rows = {
      {{"customer", cursor.customer}, {"consent", cursor.consent}}};
  for (const auto& [table, ingest_id] : rows) {
    save->bind_all(table, ingest_id);
    if (auto saved = save->run(); !saved) return saved;
  }
  return {};
}

Result<LedgerHead> read_head(sqlite::Database& ledger) {
  auto last = ledger.prepare("SELECT entry, seal FROM consent_ledger WHERE entry < " +
                             std::to_string(limits::max_integer) + " ORDER BY entry DESC LIMIT 1");
  if (!last) return Failure(last.error());
  const auto row = last->step();
  if (!row) return Failure(row.error());
  return *row ? LedgerHead{last->integer(0), std::string(last->text(1))} : LedgerHead{};
}

// Who said it how: by the batch it landed in.
struct Cause {
  std::string kind;
  std::string origin;
};

class Causes {
 public:
  static Result<Causes> open(sqlite::Database& reader, const std::string& schema) {
    auto find = reader.prepare("SELECT source.kind, batch.payload_hash FROM " + schema +
                               ".batch AS batch JOIN " + schema +
                               ".source AS source ON source.source_id = batch.source_id "
                               "WHERE batch.batch_id = ?");
    if (!find) return Failure(find.error());
    return Causes(*std::move(find));
  }

  Result<Cause> of(const Statement& said) {
    if (said.batch_id != batch_id_) {
      if (auto read = read_batch(said.batch_id); !read) return Failure(read.error());
    }
    Cause cause{kind_, origin_};
    if (kind_ == "import" && said.line) cause.origin += ":" + std::to_string(*said.line);
    return cause;
  }

 private:
  explicit Causes(sqlite::Statement find) : find_(std::move(find)) {}

  Result<void> read_batch(std::int64_t batch_id) {
    find_.bind_all(batch_id);
    const auto row = find_.step();
    if (!row) return Failure(row.error());
    const std::string source = *row ? std::string(find_.text(0)) : "";
    const auto hash = *row ? static_cast<unsigned long long>(find_.integer(1)) : 0ULL;
    find_.reset();
    batch_id_ = batch_id;
    kind_ = source == "device" ? "mqtt" : source.empty() ? "unknown" : source;
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", hash);
    origin_ = kind_ == "import" ? std::string(digits.data()) : "batch " + std::to_string(batch_id);
    return {};
  }

  sqlite::Statement find_;
  std::int64_t batch_id_ = -1;
  std::string kind_;
  std::string origin_;
};

// Appends inside the ledger's transaction.
class Appender {
 public:
  struct Statements {
    sqlite::Statement insert, email;
  };

  Appender(Statements statements, LandedStatements landed, Causes causes, const LedgerKey& key,
           LedgerHead head, std::string store_uuid, StatementCursor recorded, std::size_t held_people)
      : sql_(std::move(statements)),
        landed_(std::move(landed)),
        causes_(std::move(causes)),
        key_(key),
        head_(std::move(head)),
        store_uuid_(std::move(store_uuid)),
        recorded_(recorded),
        held_people_(held_people) {}

  Result<void> append_all(std::int64_t now_ms) {
    if (auto started = landed_.start_after(recorded_); !started) return started;
    for (auto said = landed_.next(); true; said = landed_.next()) {
      if (!said) return Failure(said.error());
      if (!*said) return {};
      if (auto appended = append(**said, now_ms); !appended) return appended;
    }
  }
  const LedgerHead& head() const { return head_; }

 private:
  struct Person {
    std::string pseudonym;
    Standing standing;
    Verdict verdict;
  };

  Result<Person*> person_of(std::int64_t subject_id) {
    if (const auto held = people_.find(subject_id); held != people_.end()) return &held->second;
    if (people_.size() >= held_people_) people_.clear();
    sql_.email.bind_all(subject_id);
    const auto row = sql_.email.step();
    if (!row) return Failure(row.error());
    Person person;
    person.pseudonym = key_.subject(*row ? sql_.email.text(0) : std::string_view());
    sql_.email.reset();
    if (recorded_ != StatementCursor{}) {
      const auto earlier = landed_.of_person(subject_id, recorded_);
      if (!earlier) return Failure(earlier.error());
      for (const Statement& said : *earlier) person.standing.add(said);
      person.verdict = person.standing.verdict();
    }
    return &people_.emplace(subject_id, std::move(person)).first->second;
  }

  Result<void> append(const Statement& said, std::int64_t now_ms) {
    auto person = person_of(said.subject_id);
    if (!person) return Failure(person.error());
    const auto cause = causes_.of(said);
    if (!cause) return Failure(cause.error());
    (*person)->standing.add(said);
    const Verdict verdict = (*person)->standing.verdict();
    const bool changed = !verdict.same_as((*person)->verdict);
    (*person)->verdict = verdict;
    (said.kind == Statement::Kind::record ? recorded_.customer : recorded_.consent) = said.ingest_id;
    return write(head_.entries + 1, now_ms, said.received_ms, (*person)->pseudonym, statement_name(said.kind),
                 said.ingest_id, cause->kind, cause->origin, said.at_ms, stand_name(verdict.stand),
                 verdict.granted_from_ms, std::int64_t{changed ? 1 : 0});
  }

  // The values of `sealed_columns`.
  template <typename... Values>
  Result<void> write(std::int64_t entry, const Values&... values) {
    head_.seal = key_.seal(head_.entries == 0 ? store_uuid_ : head_.seal, sealed_text(entry, values...));
    head_.entries = entry;
    sql_.insert.bind_all(entry, values..., head_.seal);
    return sql_.insert.run();
  }

  Statements sql_;
  LandedStatements landed_;
  Causes causes_;
  const LedgerKey& key_;
  LedgerHead head_;
  std::string store_uuid_;
  StatementCursor recorded_;
  std::size_t held_people_;
  std::unordered_map<std::int64_t, Person> people_;
};

Result<Appender::Statements> prepare_statements(sqlite::Database& ledger, sqlite::Database& reader,
                                                const std::string& schema) {
  auto insert = ledger.prepare("INSERT INTO consent_ledger (" + std::string(sealed_columns) +
                               ", seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return Failure(insert.error());
  auto email = reader.prepare("SELECT email FROM " + schema + ".subject WHERE subject_id = ?");
  if (!email) return Failure(email.error());
  return Appender::Statements{*std::move(insert), *std::move(email)};
}

// Of the anchors those that the chain does not contain: they are evidence. That they are gone is evidence,
// too; but a first run that was cut short before its anchor has lost nothing.
Result<std::vector<LedgerHead>> evidence(sqlite::Database& ledger, const LedgerHead& before,
                                         const std::vector<LedgerHead>& anchors) {
  std::vector<LedgerHead> kept;
  if (anchors.empty()) {
    const auto anchored = was_anchored(ledger);
    if (!anchored) return Failure(anchored.error());
    if (*anchored) kept.push_back({before.entries, std::string(lost_anchor)});
  }
  auto find = ledger.prepare("SELECT seal FROM consent_ledger WHERE entry = ?");
  if (!find) return Failure(find.error());
  for (const LedgerHead& one : anchors) {
    find->bind_all(one.entries);
    const auto row = find->step();
    if (!row) return Failure(row.error());
    if (!*row || find->text(0) != one.seal) kept.push_back(one);
    find->reset();
  }
  return kept;
}

struct Appended {
  LedgerHead before, head;
};

// An anchor that the chain goes on from is replaced by the new end; one that it does not contain stays.
Result<void> anchor(const StoreFolder& store, const std::string& store_uuid, const Appended& chain) {
  auto anchors = read_anchors(store, store_uuid);
  if (!anchors) return Failure(anchors.error());
  const LedgerHead& head = chain.head;
  if (head.entries == 0 || (anchors->size() == 1 && anchors->front() == head)) return {};
  auto ledger = open_ledger(store, store_uuid);
  if (!ledger) return Failure(ledger.error());
  auto kept = evidence(*ledger, chain.before, *anchors);
  if (!kept) return Failure(kept.error());
  kept->push_back(head);
  if (*kept == *anchors) return {};
  if (auto written = write_anchors(store, store_uuid, *kept); !written) return written;
  const auto known = was_anchored(*ledger);
  if (!known) return Failure(known.error());
  return *known ? Result<void>() : ledger->execute("INSERT INTO meta VALUES ('anchored', '1')");
}

// In one transaction; where the chain ended before and ends then.
Result<Appended> append_new(const StoreFolder& store, sqlite::Database& ledger, sqlite::Database& reader,
                            const std::string& schema, const std::string& store_uuid, const Clock& clock,
                            std::size_t held_people) {
  auto transaction = ledger.begin_immediate();
  if (!transaction) return Failure(transaction.error());
  const auto recorded = read_cursor(ledger);
  if (!recorded) return Failure(recorded.error());
  const auto head = read_head(ledger);
  if (!head) return Failure(head.error());
  auto landed = LandedStatements::open(reader, schema);
  if (!landed) return Failure(landed.error());
  const auto last = landed->last();
  if (!last) return Failure(last.error());
  const auto key = LedgerKey::of_store(store);
  if (!key) return Failure(key.error());
  auto causes = Causes::open(reader, schema);
  if (!causes) return Failure(causes.error());
  auto statements = prepare_statements(ledger, reader, schema);
  if (!statements) return Failure(statements.error());
  Appender appender(*std::move(statements), *std::move(landed), *std::move(causes), *key, *head, store_uuid,
                    *recorded, held_people);
  if (auto appended = appender.append_all(clock.wall_ms()); !appended) return Failure(appended.error());
  const StatementCursor read{std::max(recorded->customer, last->customer),
                             std::max(recorded->consent, last->consent)};
  if (auto saved = save_cursor(ledger, read); !saved) return Failure(saved.error());
  if (auto committed = transaction->commit(); !committed) return Failure(committed.error());
  return Appended{*head, appender.head()};
}

// The first entries go into a file that nobody sees before it is whole.
Result<Appended> make_ledger(const StoreFolder& store, sqlite::Database& reader, const std::string& schema,
                             const std::string& store_uuid, const Clock& clock, std::size_t held_people) {
  auto draft = sqlite::NewFile::begin(ledger_file(store));
  if (!draft) return Failure(draft.error());
  auto ledger = draft->open();
  if (!ledger) return Failure(ledger.error());
  if (auto set = ledger->execute("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY"); !set)
    return Failure(set.error());
  if (auto made = make_schema(*ledger, store_uuid); !made) return Failure(made.error());
  auto appended = append_new(store, *ledger, reader, schema, store_uuid, clock, held_people);
  if (!appended) return appended;
  const auto published = draft->publish(*std::move(ledger));
  if (!published) return Failure(published.error());
  if (*published == sqlite::NewFile::Published::by_us) return appended;
  return fail("another program has made ledger.db meanwhile, without its lock; run again");
}

// Whether the ledger has read everything and is anchored; a quick look without a lock.
Result<bool> is_current(const StoreFolder& store, const StatementCursor& last,
                        const std::string& store_uuid) {
  std::error_code error;
  if (!std::filesystem::exists(ledger_file(store), error)) return last == StatementCursor{};
  auto ledger = open_ledger(store, store_uuid);
  if (!ledger) return Failure(ledger.error());
  const auto recorded = read_cursor(*ledger);
  if (!recorded) return Failure(recorded.error());
  if (recorded->customer < last.customer || recorded->consent < last.consent) return false;
  const auto head = read_head(*ledger);
  if (!head) return Failure(head.error());
  const auto anchors = read_anchors(store, store_uuid);
  if (!anchors) return Failure(anchors.error());
  return head->entries == 0 || (!anchors->empty() && anchors->back() == *head);
}

Result<void> bring_up_to_date(const StoreFolder& store, sqlite::Database& reader, const std::string& schema,
                              const Clock& clock, std::size_t held_people) {
  const auto uuid = reader.text("SELECT store_uuid FROM " + schema + ".store");
  if (!uuid) return Failure(uuid.error());
  auto landed = LandedStatements::open(reader, schema);
  if (!landed) return Failure(landed.error());
  const auto last = landed->last();
  if (!last) return Failure(last.error());
  const auto current = is_current(store, *last, *uuid);
  if (!current) return Failure(current.error());
  if (*current) return {};
  const auto lock = RunLock::acquire(store.dir / "ledger.lock");
  if (!lock) return Failure(lock.error());
  const auto appended = [&]() -> Result<Appended> {
    std::error_code error;
    if (!std::filesystem::exists(ledger_file(store), error))
      return make_ledger(store, reader, schema, *uuid, clock, held_people);
    auto ledger = open_ledger(store, *uuid);
    if (!ledger) return Failure(ledger.error());
    return append_new(store, *ledger, reader, schema, *uuid, clock, held_people);
  }();
  return appended ? anchor(store, *uuid, *appended) : Failure(appended.error());
}

}  // namespace

std::filesystem::path ledger_file(const StoreFolder& store) {
  return store.dir / "ledger.db";
}

Result<void> record_consent(const StoreFolder& store, sqlite::Database& reader, std::string_view schema,
                            const Clock& clock, std::size_t held_people) {
  auto done = bring_up_to_date(store, reader, std::string(schema), clock, held_people);
  return done ? done : in_context("consent ledger", done.error());
}

Result<bool> was_anchored(sqlite::Database& ledger) {
  const auto marks = ledger.integer("SELECT COUNT(*) FROM meta WHERE name = 'anchored'");
  if (!marks) return Failure(marks.error());
  return *marks > 0;
}

Result<LedgerHead> ledger_head(const StoreFolder& store) {
  std::error_code error;
  if (!std::filesystem::exists(ledger_file(store), error)) return LedgerHead{};
  auto ledger = sqlite::Database::open(ledger_file(store), sqlite::Access::read_only);
  if (!ledger) return Failure(ledger.error());
  auto head = read_head(*ledger);
  if (!head) return in_context("ledger.db", head.error());
  return head;
}

}  // namespace stedi::lakehouse
