// Consent and pairing over MQTT, from those who may speak, to the tables and the ledger.
#include <gtest/gtest.h>

#include "tests/integration/rig.hpp"
#include "tests/support/tables.hpp"

namespace stedi::test {
namespace {

constexpr std::int64_t agreed_ms = 1'655'564'376'361;

std::string envelope(int seq, const std::string& records) {
  return R"({"v":1,"boot":"boot-1","seq":)" + std::to_string(seq) + R"(,"records":[)" + records + "]}";
}
std::string customer(const std::string& email, const std::string& serial) {
  return R"({"email":")" + email + R"(","serialNumber":")" + serial + R"(","lastUpdateDate":)" +
         std::to_string(agreed_ms) + R"(,"shareWithResearchAsOfDate":)" + std::to_string(agreed_ms) + "}";
}
std::string consent(const std::string& email, const std::string& action, std::int64_t at_ms) {
  return R"({"email":")" + email + R"(","purpose":"research","action":")" + action + R"(","timestamp":)" +
         std::to_string(at_ms) + "}";
}
std::string movement(const std::string& email) {
  return R"({"user":")" + email + R"(","timestamp":)" + std::to_string(agreed_ms + 5) +
         R"(,"x":1,"y":0,"z":-1})";
}
std::string step(const std::string& serial) {
  return R"({"sensorReadingTime":)" + std::to_string(agreed_ms + 5) + R"(,"serialNumber":")" + serial +
         R"(","distanceFromObject":7})";
}
std::string topic(const std::string& device, const std::string& stream) {
  return "stedi/v1/" + device + "/" + stream;
}

class Consent : public testing::Test {
 protected:
  void SetUp() override { rig_.start_gateway(); }
  bool comes_to(std::string_view table, std::int64_t rows) {
    return wait_until([&] { return count_rows(rig_.landing(), table) >= rows; });
  }
  std::int64_t rows_of(const std::string& table) { return count_rows(rig_.zones("strict"), table); }
  void run() { ASSERT_EQ(rig_.lakehouse({"run"}).exit_status, 0); }

  Rig rig_;
  const std::string app_ = "0123456789abcdef0123456789abcdef";
};

TEST_F(Consent, AppWithdrawsForItsOwnPersonAndForNobodyElse) {
  rig_.publish(topic(app_, "customer"), envelope(1, customer("ann@example.com", "S1")));
  rig_.publish(topic("ffff456789abcdef0123456789abcdef", "customer"),
               envelope(1, customer("bob@example.com", "S2")));
  ASSERT_TRUE(comes_to("customer_landing", 2));
  run();
  ASSERT_EQ(rows_of("customer_trusted"), 2);
  rig_.publish(topic(app_, "consent"),
               envelope(1, consent("ann@example.com", "withdraw", agreed_ms + 9) + "," +
                               consent("bob@example.com", "withdraw", agreed_ms + 9)));
  ASSERT_TRUE(comes_to("consent_landing", 1));
  ASSERT_TRUE(comes_to("quarantine", 1));
  const auto shown = rig_.lakehouse({"query", "SELECT email FROM customer_trusted", "--format", "csv"});
  EXPECT_EQ(shown.standard_output, "email\nbob@example.com\n");
  EXPECT_EQ(query_integer(rig_.landing(), "SELECT COUNT(*) FROM quarantine WHERE reason = 'not_authorised'"),
            1);
  EXPECT_EQ(count_rows(rig_.landing(), "consent_landing"), 1);
}

TEST_F(Consent, LedgerNamesTheBatchOfAWithdrawal) {
  rig_.publish(topic(app_, "customer"), envelope(1, customer("ann@example.com", "S1")));
  rig_.publish(topic(app_, "consent"), envelope(1, consent("ann@example.com", "withdraw", agreed_ms + 9)));
  ASSERT_TRUE(comes_to("consent_landing", 1));
  run();
  const std::int64_t batch = query_integer(rig_.landing(), "SELECT batch_id FROM consent");
  EXPECT_EQ(
      query_integer(rig_.store() / "ledger.db",
                    "SELECT COUNT(*) FROM consent_ledger WHERE statement = 'withdraw' AND cause = 'mqtt' "
                    "AND effect = 'not_granted' AND changed = 1 AND origin = 'batch " +
                        std::to_string(batch) + "'"),
      1);
  EXPECT_EQ(rig_.lakehouse({"ledger", "verify"}).exit_status, 0);
}

TEST_F(Consent, WebsiteSpeaksForEveryoneAndPairsTrainers) {
  std::filesystem::create_directories(rig_.file("data"));
  write_text(rig_.file("data/customer.json"),
             customer("ann@example.com", "SHARED") + "\n" + customer("bob@example.com", "SHARED") + "\n");
  write_text(rig_.file("data/accelerometer.json"),
             movement("ann@example.com") + "\n" + movement("bob@example.com"));
  write_text(rig_.file("data/step_trainer.json"), step("TRAINER-1"));
  ASSERT_EQ(rig_.start_device({"replay", rig_.file("data").string()}).exit_status(play_deadline), 0);
  run();
  EXPECT_EQ(rows_of("step_trainer_trusted"), 0) << "nobody can say whose it is";

  std::filesystem::create_directories(rig_.file("events"));
  write_text(rig_.file("events/pairing.json"),
             R"({"serialNumber":"TRAINER-1","email":"ann@example.com","timestamp":)" +
                 std::to_string(agreed_ms) + "}");
  write_text(rig_.file("events/consent.json"), consent("bob@example.com", "withdraw", agreed_ms + 9));
  ASSERT_EQ(rig_.start_device({"replay", rig_.file("events").string()}, "spool-2").exit_status(play_deadline),
            0);
  run();
  EXPECT_EQ(rows_of("step_trainer_trusted"), 1);
  EXPECT_EQ(rows_of("machine_learning_curated"), 1);
  EXPECT_EQ(rows_of("customer_trusted"), 1);
}

}  // namespace
}  // namespace stedi::test
