// A store that things happen to, and what the rules say of it: the two sides of the law of incremental runs.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/landing/writer.hpp"
#include "lakehouse/runner/curator.hpp"
#include "tests/oracle/policy.hpp"
#include "tests/property/reference_side.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::lakehouse {

enum class Happening {
  customer,         // a customer record, in or out of order
  resend_customer,  // an earlier one again, received now
  consent,          // a grant or withdrawal
  resend_consent,
  pairing,
  movements,      // accelerometer readings, late and double ones among them
  steps,          // step-trainer readings
  replay,         // a device sends its last batch again: same name
  import_file,    // a file of readings; now and then the same one again
  serial_defect,  // everybody's record carries one serial
  retention,      // readings or records leave the landing zone
  crash,          // the next run dies inside its transaction
  job_change,     // an older job text made a table, and made it wrong
  reopen,         // another process goes on
  clock,          // time passes
};
inline constexpr int happenings = 15;

// Small numbers that stand for people, serials and instants: they shrink.
struct Event {
  Happening happening = Happening::movements;
  int who = 0;
  int serial = 0;
  int at = 0;
  int also_at = 0;
  int variant = 0;
  bool then_run = true;
};
std::ostream& operator<<(std::ostream& out, const Event& event);

inline constexpr int people = 4;
inline constexpr int serials = 3;
inline constexpr int instants = 21;
inline constexpr int variants = 24;

class IncrementalWorld {
 public:
  // Begins as a copy of a small store that has been run: two people who agreed, with readings.
  explicit IncrementalWorld(RunSeams seams = {});
  ~IncrementalWorld();

  void happen(const Event& event);
  // Runs incrementally; "" or what differs from a full recompute or from the rules.
  std::string run_and_compare();

 private:
  struct Template;
  static const Template& beginning();
  struct Empty {};
  IncrementalWorld(Empty, RunSeams seams);

  void begin_on_files();
  void note(Stream stream, const std::string& record);
  void land(Stream stream, const std::vector<std::string>& records);
  void send_last_batch();
  void land_consent(const std::string& record);
  void land_movements(const Event& event);
  void land_steps(const Event& event);
  void import_readings(const Event& event);
  CustomerRecord customer_of(const Event& event) const;
  void leave(const Event& event);
  void change_job(const std::string& name);
  std::string crash();
  std::int64_t instant(int number) const;
  std::string compare_with_full();
  std::string compare_with_rules();
  std::string compare_reconciliation(const oracle::Outcome& outcome);
  std::string check_catalog();
  std::string check_index();

  test::TempDir folder_;
  StoreFolder store_;
  ManualClock clock_;
  RunSeams seams_;
  std::string crash_at_;  // the seam fails there
  oracle::Landed landed_;
  std::vector<std::string> customer_texts_;  // of landed_.customers
  std::vector<std::string> consent_texts_;   // of landed_.consents
  std::unique_ptr<landing::Writer> writer_;
  std::unique_ptr<Curator> curator_;
  std::unique_ptr<sqlite::Database> zones_;    // a reader
  std::unique_ptr<sqlite::Database> landing_;  // for what retention does
  std::unique_ptr<ReferenceSide> reference_;   // unless a rule is left out: those are of `strict`
  std::int64_t seq_[6] = {};
  Stream last_stream_ = Stream::accelerometer;
  std::string last_payload_;
  std::int64_t files_ = 0;
};

}  // namespace stedi::lakehouse
