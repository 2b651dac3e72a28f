#include "tests/simulation/law.hpp"

#include <charconv>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "core/sqlite/database.hpp"
#include "lakehouse/landing/store.hpp"

namespace stedi::simulation {

namespace {

struct Accepted {
  std::int64_t records = 0;
  std::int64_t payload_hash = 0;  // the first 64 bits of its digest
};

class Judge {
 public:
  explicit Judge(sqlite::Database store) : store_(std::move(store)) {}

  Judgement judge(const std::filesystem::path& accepted_log) {
    read_accepted(accepted_log);
    check_batch_log();
    check_readings("SELECT CAST(x AS INTEGER), count(*) FROM accelerometer GROUP BY x HAVING count(*) > 1");
    check_readings(
        "SELECT distanceFromObject, count(*) FROM step_trainer GROUP BY distanceFromObject HAVING count(*) > "
        "1");
    check_rows();
    read_gaps();
    check_losses();
    check_quarantine();
    return verdict_;
  }

 private:
  void complain(std::size_t& count, const std::string& what) {
    ++count;
    if (verdict_.first.empty()) verdict_.first = what;
  }

  void read_accepted(const std::filesystem::path& accepted_log) {
    std::ifstream in(accepted_log);
    for (std::string line; std::getline(in, line);) {
      std::istringstream words(line);
      std::string device, boot, stream, seq, digest;
      Accepted batch;
      words >> device >> boot >> stream >> seq >> batch.records >> digest;
      std::uint64_t hash = 0;
      std::from_chars(digest.data(), digest.data() + 16, hash, 16);
      batch.payload_hash = static_cast<std::int64_t>(hash);
      if (!accepted_.emplace(device + " " + boot + " " + stream + " " + seq, batch).second)
        complain(verdict_.doubled, "accepted twice: " + line);
    }
  }

  // Calls `use` with the statement on each row.
  template <typename Use>
  void for_each_row(const std::string& sql, const Use& use) {
    auto rows = store_.prepare(sql);
    for (auto row = rows->step(); row && *row; row = rows->step()) use(*rows);
  }

  void check_batch_log() {
    for_each_row(
        "SELECT s.device || ' ' || s.boot || ' ' || s.stream || ' ' || b.seq, b.payload_hash, "
        "b.landed + b.quarantined FROM batch b JOIN source s USING (source_id) WHERE s.kind = 'device'",
        [this](const sqlite::Statement& row) {
          const std::string name(row.text(0));
          ++verdict_.landed;
          if (!landed_.insert(name).second) complain(verdict_.doubled, "landed twice: " + name);
          const auto batch = accepted_.find(name);
          if (batch == accepted_.end()) {
            complain(verdict_.invented, "landed and never accepted: " + name);
          } else if (batch->second.payload_hash != row.integer(1) ||
                     batch->second.records != row.integer(2)) {
            complain(verdict_.invented, "landed otherwise than accepted: " + name);
          }
        });
  }

  void check_readings(const std::string& repeated) {
    for_each_row(repeated, [this](const sqlite::Statement& row) {
      complain(verdict_.doubled,
               "reading " + std::string(row.text(0)) + " landed " + std::string(row.text(1)) + " times");
    });
  }

  // The batch log and the tables tell the same story.
  void check_rows() {
    for (const std::string stream : {"customer", "accelerometer", "step_trainer", "gap"}) {
      const auto rows = store_.integer("SELECT count(*) FROM " + stream);
      const auto told = store_.integer(
          "SELECT coalesce(sum(b.landed), 0) FROM batch b JOIN source s USING (source_id) WHERE s.stream = "
          "'" +
          stream + "'");
      if (*rows < *told) complain(verdict_.lost, "rows missing in " + stream);
      if (*rows > *told) complain(verdict_.doubled, "rows without a batch in " + stream);
    }
  }

  void read_gaps() {
    for_each_row("SELECT device || ' ' || boot || ' ' || stream || ' ', first_seq, last_seq FROM gap",
                 [this](const sqlite::Statement& row) {
                   for (std::int64_t seq = row.integer(1); seq <= row.integer(2); ++seq) {
                     const std::string name = std::string(row.text(0)) + std::to_string(seq);
                     ++verdict_.gaps;
                     if (!gaps_.insert(name).second) complain(verdict_.doubled, "a loss told twice: " + name);
                   }
                 });
  }

  void check_losses() {
    for (const auto& [name, batch] : accepted_)
      if (!landed_.contains(name) && !gaps_.contains(name)) complain(verdict_.lost, "lost: " + name);
  }

  void check_quarantine() {
    for_each_row("SELECT reason, count(*) FROM quarantined_record GROUP BY reason",
                 [this](const sqlite::Statement& row) {
                   complain(verdict_.invented, "quarantined as " + std::string(row.text(0)));
                 });
  }

  sqlite::Database store_;
  std::map<std::string, Accepted> accepted_;
  std::set<std::string> landed_;
  std::set<std::string> gaps_;
  Judgement verdict_;
};

}  // namespace

Judgement judge(const std::filesystem::path& accepted_log, const std::filesystem::path& store_dir) {
  auto store = landing::open_landing_for_reading(store_dir);
  if (!store) {
    Judgement unreadable;
    unreadable.first = store.error().message;
    return unreadable;
  }
  return Judge(std::move(*store)).judge(accepted_log);
}

}  // namespace stedi::simulation
