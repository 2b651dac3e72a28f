// A store of hand-made landing rows: people are named by email, trainers by serial, times are milliseconds.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/sqlite/database.hpp"
#include "lakehouse/answers/validate.hpp"
#include "lakehouse/runner/run.hpp"
#include "lakehouse/store/store_folder.hpp"
#include "tests/oracle/records.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::lakehouse {

inline constexpr std::int64_t year_2000 = 946'684'800'000;
inline constexpr std::int64_t one_day = 86'400'000;
inline constexpr std::int64_t noon = 1'700'000'000'000;    // an instant of no meaning
inline constexpr std::int64_t receipt = noon + 1'000'000;  // when rows are received unless they say otherwise

struct CustomerRow {
  std::string email = "ann@example.com";
  std::optional<std::string> serial = std::nullopt;
  std::optional<std::int64_t> updated = noon;
  std::optional<std::int64_t> research = std::nullopt;
  std::int64_t received = receipt;
  bool updated_is_invalid = false;
  std::optional<bool> research_is_number = std::nullopt;  // as `research` says, unless given
  std::string name = "Ann";
};

struct EventRow {
  std::string email = "ann@example.com";
  std::string action = "grant";
  std::int64_t at = noon;
  std::int64_t received = receipt;
  std::string purpose = "research";
};

struct PairingRow {
  std::string serial = "S1";
  std::optional<std::string> email = "ann@example.com";
  std::int64_t at = noon;
  std::int64_t received = receipt;
};

struct MovementRow {
  std::string user = "ann@example.com";  // spelled like this
  std::int64_t at = noon;
  double x = 1.0;
  std::int64_t received = receipt;
};

struct StepRow {
  std::string serial = "S1";
  std::int64_t at = noon;
  std::int64_t distance = 100;
  std::int64_t received = receipt;
};

class StoreFixture : public ::testing::Test {
 protected:
  StoreFixture();

  // Each lands one row and returns its ingest_id.
  std::int64_t land(const CustomerRow& row);
  std::int64_t land(const EventRow& row);
  std::int64_t land(const PairingRow& row);
  std::int64_t land(const MovementRow& row);
  std::int64_t land(const StepRow& row);
  // A person who agreed at `from`, and whose trainer is `serial`.
  void land_person(const std::string& email, const std::string& serial, std::int64_t from = noon);

  // Rows inserted by hand have no batches: the batch log is made to match.
  void balance_batch_log();
  // Runs the profile and then validates it: whatever a test lands, the tables and the reconciliation are as
  // the rules say, and nothing is left unexplained.
  void run(Profile profile = Profile::strict);
  // What has been landed here and is there still.
  oracle::Landed landed();
  Validation validated(std::optional<Profile> profile = Profile::strict);

  // Rows of a query on the zones, with landing.db attached; columns joined by '|', null as nothing.
  std::vector<std::string> rows(const std::string& sql, Profile profile = Profile::strict);
  std::int64_t count(const std::string& table, Profile profile = Profile::strict);
  // "granted|<from>", "not_granted|" or "ambiguous|"; "" without a customer record.
  std::string consent_of(const std::string& email);
  // Rows of the reconciliation with this reason.
  std::int64_t excluded(const std::string& stream, const std::string& reason,
                        Profile profile = Profile::strict);
  // Changes the zones file behind the program's back.
  void corrupt(const std::string& sql, Profile profile = Profile::strict);

  test::TempDir folder_;
  ManualClock clock_{receipt};
  StoreFolder store_;
  std::optional<sqlite::Database> landing_;

 private:
  std::int64_t subject_of(const std::string& email);
  std::optional<std::int64_t> trainer_of(const std::optional<std::string>& serial);
  std::optional<std::int64_t> spelling_of(const std::string& text, const std::string& landed_as);
  void expect_as_by_the_rules(Profile profile, const Validation& validation);

  // By ingest_id.
  std::map<std::int64_t, oracle::Customer> customers_;
  std::map<std::int64_t, oracle::Consent> consents_;
  std::map<std::int64_t, oracle::Pairing> pairings_;
  std::map<std::int64_t, oracle::Movement> movements_;
  std::map<std::int64_t, oracle::Step> steps_;
};

std::string joined(const std::vector<std::string>& lines);

}  // namespace stedi::lakehouse
