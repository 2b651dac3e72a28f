#include "lakehouse/consent/person.hpp"

#include "core/record/identity.hpp"
#include "core/time_text.hpp"

namespace stedi::lakehouse {

namespace {

std::string source_of(const DecidingStatement& by) {
  const std::string received = " received " + utc_text(by.received_ms);
  switch (by.kind) {
    case ConsentStatement::Kind::record:
      return "customer record" + received;
    case ConsentStatement::Kind::grant:
      return "grant" + received;
    case ConsentStatement::Kind::withdraw:
      return "withdrawal" + received;
  }
  return "";
}

std::string why(const Verdict& verdict) {
  switch (verdict.stand) {
    case Stand::no_record:
      return "rule 4: without a customer record nothing counts";
    case Stand::ambiguous:
      return "rule 1: customer records dated " + utc_text(verdict.decided_by->at_ms) +
             " disagree on the research date or the serial";
    case Stand::granted:
      return "rule 2: agreed by the " + source_of(*verdict.decided_by) + ", and not withdrawn since";
    case Stand::not_granted:
      break;
  }
  const DecidingStatement& by = *verdict.decided_by;
  const std::string what = by.kind == ConsentStatement::Kind::record
                               ? ", which has no research date and counts at "
                               : ", which counts at ";
  return "rule 2: no grant is later than the " + source_of(by) + what + utc_text(by.at_ms);
}

}  // namespace

Result<Person> find_person(sqlite::Database& landing, std::string_view schema, std::string_view email) {
  Person person{0, email_identity(email)};
  if (person.email.empty()) return usage_error("--email is empty: give the person's email");
  const auto subject_id =
      TRY_IN("landing.db",
             landing.one_row<std::int64_t>(
                 "SELECT subject_id FROM " + std::string(schema) + ".subject WHERE email = ?", person.email));
  if (!subject_id) return fail("the store does not know this email: check its spelling");
  person.subject_id = *subject_id;
  return person;
}

Result<PersonalConsent> consent_of(sqlite::Database& landing, std::string_view schema, const Person& person) {
  auto landed = TRY_IN("landing.db", LandedStatements::open(landing, schema));
  const auto last = TRY_IN("landing.db", landed.last());
  const auto statements = TRY_IN("landing.db", landed.of_person(person.subject_id, last));
  PersonalConsent consent;
  Standing standing;
  for (const ConsentStatement& said : statements) {
    standing.add(said);
    const Verdict verdict = standing.verdict();
    if (!verdict.same_as(consent.verdict)) consent.since_ms = said.received_ms;
    consent.verdict = verdict;
  }
  consent.why = why(consent.verdict);
  return consent;
}

}  // namespace stedi::lakehouse
