#include "lakehouse/consent/ledger_appender.hpp"

#include <utility>

#include "lakehouse/consent/sealed_text.hpp"

namespace stedi::lakehouse {

Appender::Appender(sqlite::Statement insert, sqlite::Statement email, LandedStatements landed, Causes causes,
                   const LedgerKey& key, LedgerEnd end, std::size_t held_people)
    : insert_(std::move(insert)),
      email_(std::move(email)),
      landed_(std::move(landed)),
      causes_(std::move(causes)),
      key_(&key),
      end_(std::move(end)),
      held_people_(held_people) {}

Result<Appender> Appender::open(sqlite::Database& ledger, sqlite::Database& reader, const std::string& schema,
                                const LedgerKey& key, LedgerEnd end, std::size_t held_people) {
  auto insert = TRY(ledger.prepare("INSERT INTO consent_ledger (" + std::string(sealed_columns) +
                                   ", seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  auto email = TRY(reader.prepare("SELECT email FROM " + schema + ".subject WHERE subject_id = ?"));
  auto landed = TRY(LandedStatements::open(reader, schema));
  auto causes = TRY(Causes::open(reader, schema));
  return Appender(std::move(insert), std::move(email), std::move(landed), std::move(causes), key,
                  std::move(end), held_people);
}

Result<void> Appender::append_all(std::int64_t now_ms) {
  TRY(landed_.start_after(end_.recorded));
  while (const auto said = TRY(landed_.next())) TRY(append(*said, now_ms));
  return {};
}

Result<Appender::Person*> Appender::person_of(std::int64_t subject_id) {
  if (const auto held = people_.find(subject_id); held != people_.end()) return &held->second;
  if (people_.size() >= held_people_) people_.clear();
  const auto email = TRY(email_.one_row<std::string>(subject_id));
  Person person;
  person.pseudonym = key_->subject(email.value_or(""));
  if (end_.recorded != StatementCursor{}) {
    const auto earlier = TRY(landed_.of_person(subject_id, end_.recorded));
    for (const ConsentStatement& said : earlier) person.standing.add(said);
    person.verdict = person.standing.verdict();
  }
  return &people_.emplace(subject_id, std::move(person)).first->second;
}

Result<void> Appender::append(const ConsentStatement& said, std::int64_t now_ms) {
  auto person = TRY(person_of(said.subject_id));
  const auto cause = TRY(causes_.of(said));
  person->standing.add(said);
  const Verdict verdict = person->standing.verdict();
  const bool changed = !verdict.same_as(person->verdict);
  person->verdict = verdict;
  (said.kind == ConsentStatement::Kind::record ? end_.recorded.customer : end_.recorded.consent) =
      said.ingest_id;
  return write(end_.head.entries + 1, now_ms, said.received_ms, person->pseudonym, statement_name(said.kind),
               said.ingest_id, cause.kind, cause.origin, said.at_ms, stand_name(verdict.stand),
               verdict.granted_from_ms, std::int64_t{changed ? 1 : 0});
}

// The values of `sealed_columns`.
template <typename... Values>
Result<void> Appender::write(std::int64_t entry, const Values&... values) {
  LedgerHead& head = end_.head;
  head.seal = key_->seal(head.entries == 0 ? end_.store_uuid : head.seal, sealed_text(entry, values...));
  head.entries = entry;
  return insert_.run(entry, values..., head.seal);
}

}  // namespace stedi::lakehouse
