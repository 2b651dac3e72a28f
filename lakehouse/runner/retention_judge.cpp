#include "lakehouse/runner/retention_judge.hpp"

#include "core/digest/digest.hpp"
#include "lakehouse/tables/job.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

namespace {

// How often people are judged before the lock, and in vain because somebody spoke meanwhile, until it is done
// under the lock.
constexpr int judged_before_lock = 3;

const std::string& rules() {
  static const std::string digest = hex(sha256(select_of("subject_state") + select_of("serial_owner") +
                                               sql_text("retention/unconsented_person_readings.sql") +
                                               sql_text("retention/unconsented_trainer_readings.sql")));
  return digest;
}

}  // namespace

Result<std::string> Judge::said_so_far() {
  auto said = TRY(landing_.text(
      "SELECT COALESCE(group_concat(name || ' ' || seq, ', '), '') FROM ("
      "SELECT name, seq FROM sqlite_sequence WHERE name IN ('customer', 'consent', 'pairing') ORDER BY "
      "name)"));
  return said + "; rules " + rules();
}

// What was judged before the lock holds if nobody has spoken since.
Result<sqlite::Transaction> Judge::begin() {
  for (int i = 0; i < judged_before_lock; ++i) {
    TRY(judge_people());
    auto transaction = TRY(landing_.begin_immediate());
    const auto said = TRY(said_so_far());
    if (said == judged_by_) return transaction;
  }
  auto transaction = TRY(landing_.begin_immediate());
  TRY(judge_people());
  return transaction;
}

Result<void> Judge::judge_people() {
  const auto said = TRY(said_so_far());
  if (said == judged_by_) return {};
  judged_by_ = said;
  return landing_.execute(
      "DROP TABLE IF EXISTS temp.person; DROP TABLE IF EXISTS temp.owner;"
      "CREATE TEMP TABLE person AS " +
      select_of("subject_state") +
      ";CREATE UNIQUE INDEX temp.person_by_id ON person (subject_id);"
      "CREATE TEMP TABLE owner AS " +
      select_of("serial_owner") + ";CREATE UNIQUE INDEX temp.owner_by_id ON owner (trainer_id, from_ms)");
}

Result<std::int64_t> Judge::judged_up_to(std::string_view stream, const std::string& said) {
  const auto up_to = TRY(landing_.one_row<std::int64_t>(
      "SELECT up_to FROM retention_judged WHERE stream = ? AND said = ?", stream, said));
  return up_to.value_or(0);
}

Result<void> Judge::save_judged(std::string_view stream, std::int64_t up_to, const std::string& said) {
  return landing_.run("INSERT OR REPLACE INTO retention_judged VALUES (?, ?, ?)", stream, up_to, said);
}

}  // namespace stedi::lakehouse
