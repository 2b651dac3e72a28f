#include "lakehouse/runner/pseudonyms.hpp"

#include "lakehouse/store/zones.hpp"

namespace stedi::lakehouse {

namespace {

// `curated`: a table of subject_id.
Result<void> add_pseudonyms(sqlite::Database& zones, const PseudonymKey& key, const std::string& curated) {
  auto people = zones.prepare("SELECT person.subject_id, person.email FROM " + curated +
                              " AS curated JOIN main.customer_trusted_rows AS person "
                              "ON person.subject_id = curated.subject_id");
  if (!people) return Failure(people.error());
  auto insert = zones.prepare("INSERT INTO main.pseudonym (subject_id, subject) VALUES (?, ?)");
  if (!insert) return Failure(insert.error());
  for (auto row = people->step(); true; row = people->step()) {
    if (!row) return Failure(row.error());
    if (!*row) return {};
    insert->bind_all(people->integer(0), key.pseudonym(people->text(1)));
    if (auto written = insert->run(); !written) return written;
  }
}

}  // namespace

Result<void> write_pseudonyms(sqlite::Database& zones, const PseudonymKey& key) {
  if (auto emptied = zones.execute("DELETE FROM pseudonym"); !emptied) return emptied;
  if (auto added = add_pseudonyms(zones, key, "main.customers_curated_rows"); !added) return added;
  return save_meta(zones, "pseudonym_key", key.fingerprint());
}

Result<void> update_pseudonyms(sqlite::Database& zones, const PseudonymKey& key) {
  if (auto removed =
          zones.execute("DELETE FROM main.pseudonym WHERE subject_id IN "
                        "(SELECT subject_id FROM temp.changed_customers_curated WHERE is_new = 0)");
      !removed) {
    return removed;
  }
  return add_pseudonyms(zones, key,
                        "(SELECT subject_id FROM temp.changed_customers_curated WHERE is_new = 1)");
}

}  // namespace stedi::lakehouse
