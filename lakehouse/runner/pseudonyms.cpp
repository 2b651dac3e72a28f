#include "lakehouse/runner/pseudonyms.hpp"

#include "lakehouse/zones/zones.hpp"

namespace stedi::lakehouse {

Result<void> write_pseudonyms(sqlite::Database& zones, const PseudonymKey& key) {
  if (auto emptied = zones.execute("DELETE FROM pseudonym"); !emptied) return emptied;
  auto people = zones.prepare(
      "SELECT person.subject_id, person.email FROM customers_curated_rows AS curated "
      "JOIN customer_trusted_rows AS person ON person.subject_id = curated.subject_id");
  if (!people) return Failure(people.error());
  auto insert = zones.prepare("INSERT INTO pseudonym (subject_id, subject) VALUES (?, ?)");
  if (!insert) return Failure(insert.error());
  for (auto row = people->step(); true; row = people->step()) {
    if (!row) return Failure(row.error());
    if (!*row) break;
    insert->bind_all(people->integer(0), key.pseudonym(people->text(1)));
    if (auto written = insert->run(); !written) return written;
  }
  return save_meta(zones, "pseudonym_key", key.fingerprint());
}

}  // namespace stedi::lakehouse
