// Rule 5 of the policy (docs/policy.md) on the fulfilment defect: everybody carries one of the same 30
// serials, then pairing events say who has which trainer.
#include <gtest/gtest.h>

#include "tests/support/data_set.hpp"
#include "tests/support/process.hpp"

namespace stedi::lakehouse {
namespace {

class SerialDefect : public ::testing::Test {
 protected:
  std::string path(const std::string& name) { return (files_ / name).string(); }
  test::Output lakehouse(const std::string& store, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {std::string(STEDI_PROGRAM_DIR) + "/stedi-lakehouse", "--store",
                                         path(store), "--keys", path("keys")});
    return test::run(std::move(arguments), {}, std::chrono::seconds(120));
  }
  void land(const std::string& store, const std::string& data) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"import", data}, {"run"}}) {
      const auto done = lakehouse(store, arguments);
      ASSERT_EQ(done.exit_status, 0) << done.standard_error;
    }
  }
  void make_defect(const std::string& data) {
    const auto made =
        test::run({"python3", std::string(STEDI_SOURCE_DIR) + "/tools/serial-defect", data, path("made")});
    ASSERT_EQ(made.exit_status, 0) << made.standard_error;
  }
  // The table's rows in an order of their own, so that two stores can be compared.
  std::vector<std::string> rows(const std::string& store, const std::string& table) {
    const auto shown = lakehouse(store, {"query", "SELECT * FROM " + table, "--format", "csv"});
    EXPECT_EQ(shown.exit_status, 0) << shown.standard_error;
    std::vector<std::string> lines;
    std::istringstream text(shown.standard_output);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    std::sort(lines.begin() + 1, lines.end());
    return lines;
  }
  // Before pairing nothing is trusted; after it exactly the rows of the data without the defect are.
  void expect_pairing_restores(const std::string& data, std::size_t least_rows) {
    land("undamaged", data);
    make_defect(data);
    land("damaged", path("made/defect"));
    EXPECT_EQ(rows("damaged", "step_trainer_trusted").size(), 1U) << "the header alone";
    EXPECT_EQ(rows("damaged", "machine_learning_curated").size(), 1U);
    EXPECT_EQ(rows("damaged", "accelerometer_trusted"), rows("undamaged", "accelerometer_trusted"));
    land("damaged", path("made/pairing"));
    for (const std::string table : {"step_trainer_trusted", "machine_learning_curated"}) {
      const auto restored = rows("damaged", table);
      EXPECT_GT(restored.size(), least_rows) << table;
      EXPECT_EQ(restored, rows("undamaged", table)) << table;
    }
    EXPECT_EQ(lakehouse("damaged", {"validate", "--profile", "strict"}).exit_status, 0);
  }
  std::size_t serials_in_use() {
    const auto shown = lakehouse(
        "damaged",
        {"query", "SELECT COUNT(DISTINCT serialNumber) AS n FROM customer_landing", "--format", "csv"});
    return std::stoul(shown.standard_output.substr(std::string("n\n").size()));
  }
  test::TempDir files_;
};

TEST_F(SerialDefect, PairingBringsBackExactlyTheRightRows) {
  constexpr int people = 90;
  constexpr std::int64_t from = 1'655'564'376'000;
  std::filesystem::create_directories(files_ / "data");
  std::string customers;
  std::string movements;
  std::string steps;
  for (int i = 0; i < people; ++i) {
    const std::string number = std::to_string(i);
    const std::string email = "p" + number + "@example.com";
    const std::string agreed =
        i % 3 == 0 ? "" : R"(,"shareWithResearchAsOfDate":)" + std::to_string(from + i);
    customers += R"({"email":")" + email + R"(","serialNumber":"S-)" + number + R"(","lastUpdateDate":)" +
                 std::to_string(from) + agreed + "}\n";
    for (int at = 0; at < 4; ++at) {
      const std::string time = std::to_string(from + std::int64_t{30} * at);
      movements +=
          R"({"user":")" + email + R"(","timestamp":)" + time + R"(,"x":1,"y":0,"z":)" + number + "}\n";
      steps += R"({"sensorReadingTime":)" + time + R"(,"serialNumber":"S-)" + number +
               R"(","distanceFromObject":)" + std::to_string(at) + "}\n";
    }
  }
  test::write_text(files_ / "data/customer.json", customers + "no record\n");
  test::write_text(files_ / "data/accelerometer.json", movements);
  test::write_text(files_ / "data/step_trainer.json", steps);
  expect_pairing_restores(path("data"), people / 3);
  EXPECT_EQ(serials_in_use(), 30U);
}

TEST_F(SerialDefect, PairingBringsBackExactlyTheRightRowsOfTheRealDataSet) {
  STEDI_REQUIRE_DATA();
  expect_pairing_restores(test::stedi_data()->string(), 11'000);
  EXPECT_EQ(serials_in_use(), 30U);
}

}  // namespace
}  // namespace stedi::lakehouse
