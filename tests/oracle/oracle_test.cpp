// The oracle itself, where it can be counted by hand; tests/unit/lakehouse holds it to every clause, since
// each store there is judged by it and by the numbers that the test states.
#include <gtest/gtest.h>

#include "tests/oracle/policy.hpp"
#include "tests/oracle/read.hpp"
#include "tests/support/data_set.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::oracle {
namespace {

constexpr std::int64_t noon = 1'700'000'000'000;

std::string as_is(const std::string& identity) {
  return identity;
}

using Sizes = std::map<std::string, std::size_t>;
Sizes sizes(const Tables& tables) {
  Sizes all;
  for (const auto& [name, rows] : tables) all[name] = rows.size();
  return all;
}

// The known truth on the public data set: what everybody publishes, and what is right.
TEST(Oracle, KnowsTheTruthOfThePublicDataSet) {
  STEDI_REQUIRE_DATA();
  const Landed landed = read_data_set(*test::stedi_data(), noon);
  EXPECT_EQ(landed.records(), 956U + 81'273U + 28'680U);
  EXPECT_EQ(sizes(strict(landed, as_is).tables), (Sizes{{"customer_trusted", 482},
                                                        {"accelerometer_trusted", 32'025},
                                                        {"customers_curated", 464},
                                                        {"step_trainer_trusted", 11'297},
                                                        {"machine_learning_curated", 32'025}}));
  EXPECT_EQ(sizes(reference(landed).tables), (Sizes{{"customer_trusted", 482},
                                                    {"accelerometer_trusted", 40'981},
                                                    {"customers_curated", 482},
                                                    {"step_trainer_trusted", 14'460},
                                                    {"machine_learning_curated", 43'681}}));
}

TEST(Oracle, GivesEveryRecordItsFate) {
  Landed landed;
  const auto at = [](std::int64_t later_ms) { return std::to_string(noon + later_ms); };
  const auto customer = [&](const std::string& email, const std::string& more) {
    landed.customers.push_back(*read_customer(
        R"({"email":")" + email + R"(","serialNumber":"S","lastUpdateDate":)" + at(0) + more + "}", noon));
  };
  customer("ann@example.com", R"(,"shareWithResearchAsOfDate":)" + at(0));
  customer(" ANN@example.com", R"(,"shareWithResearchAsOfDate":)" + at(0));
  customer("bob@example.com", "");
  for (const std::int64_t later_ms : {-1, 0, 0, 86'400'001})
    landed.movements.push_back({"Ann@example.com", noon + later_ms, 1, 0, -1, noon});
  landed.pairings.push_back({"S", "ann@example.com", noon, noon});
  landed.pairings.push_back({"S", std::nullopt, noon + 2, noon});
  for (const std::int64_t later_ms : {-1, 0, 2}) landed.steps.push_back({noon + later_ms, " S ", 7, noon});

  const Outcome outcome = strict(landed, as_is);
  EXPECT_EQ(outcome.customers, (Fates{"trusted", "duplicate", "not_granted"}));
  EXPECT_EQ(outcome.movements, (Fates{"before_consent", "trusted", "duplicate", "implausible_time"}));
  EXPECT_EQ(outcome.steps, (Fates{"ambiguous_serial", "trusted", "unpaired"}));
  EXPECT_EQ(outcome.tables.at("machine_learning_curated"),
            Rows{cell("ann@example.com") + cell(noon) + cell(std::int64_t{7}) + cell(1.0) + cell(0.0) +
                 cell(-1.0)});
  EXPECT_EQ(stands(landed).at("bob@example.com"), (Stand{"not_granted", std::nullopt}));
}

TEST(Oracle, ReadsAFolderOfSeedFilesAndLeavesOutWhatIsNoRecord) {
  const test::TempDir folder;
  std::filesystem::create_directories(folder / "consent");
  std::filesystem::create_directories(folder / "pairing");
  test::write_text(folder / "consent/1.json",
                   "\n"
                   R"({"email":"a","purpose":"research","action":"withdraw","timestamp":1.65e12})"
                   "\n"
                   R"({"email":"a","purpose":"research","action":"revoke","timestamp":5})");
  test::write_text(folder / "pairing/1.json", R"({"serialNumber":"S","email":null,"timestamp":5})"
                                              "\n"
                                              R"({"serialNumber":"S","timestamp":5})");
  const Landed landed = read_data_set(folder.path(), noon);
  ASSERT_EQ(landed.records(), 2U);
  EXPECT_EQ(landed.consents[0].at_ms, 1'650'000'000'000);
  EXPECT_FALSE(landed.pairings[0].email);
}

}  // namespace
}  // namespace stedi::oracle
