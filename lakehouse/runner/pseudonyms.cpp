#include "lakehouse/runner/pseudonyms.hpp"

#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

namespace {

// `curated`: a table of subject_id.
Result<void> add_pseudonyms(sqlite::Database& zones, const PseudonymKey& key, const std::string& curated) {
  auto people = TRY(zones.prepare("SELECT person.subject_id, person.email FROM " + curated +
                                  " AS curated JOIN main.customer_trusted_rows AS person "
                                  "ON person.subject_id = curated.subject_id"));
  auto insert = TRY(zones.prepare("INSERT INTO main.pseudonym (subject_id, subject) VALUES (?, ?)"));
  return people.each_row([&](std::int64_t subject_id, std::string_view email) {
    return insert.run(subject_id, key.pseudonym(email));
  });
}

}  // namespace

Result<void> write_pseudonyms(sqlite::Database& zones, const PseudonymKey& key) {
  TRY(zones.execute("DELETE FROM pseudonym"));
  TRY(add_pseudonyms(zones, key, "main.customers_curated_rows"));
  return save_meta(zones, "pseudonym_key", key.fingerprint());
}

Result<void> update_pseudonyms(sqlite::Database& zones, const PseudonymKey& key) {
  TRY(
      zones.execute("DELETE FROM main.pseudonym WHERE subject_id IN "
                    "(SELECT subject_id FROM temp.changed_customers_curated WHERE is_new = 0)"));
  return add_pseudonyms(zones, key,
                        "(SELECT subject_id FROM temp.changed_customers_curated WHERE is_new = 1)");
}

}  // namespace stedi::lakehouse
