// The policy on cases small enough to count by hand.
#include "firmware_sim/twin/truth.hpp"

#include <gtest/gtest.h>

#include "core/config/config_table.hpp"
#include "core/record/decode.hpp"
#include "firmware_sim/feed/seed_files.hpp"
#include "tests/support/data_set.hpp"

namespace stedi::firmware {
namespace {

constexpr std::int64_t t0 = 1'655'000'000'000;

CustomerRecord customer(const std::string& email, const std::string& serial, std::int64_t updated_ms,
                        std::optional<std::int64_t> research_ms) {
  CustomerRecord record;
  record.email = email;
  record.serial_number = serial;
  record.last_update_ms = updated_ms;
  record.research_from_ms = research_ms;
  record.research_is_number = research_ms.value_or(0) != 0;
  return record;
}

AccelerometerReading movement(const std::string& user, std::int64_t time_ms, double x = 0) {
  return {user, time_ms, x, 0, 0, {}};
}

StepTrainerReading distance(const std::string& serial, std::int64_t time_ms, std::int64_t centimetres = 200) {
  return {time_ms, serial, centimetres, {}};
}

std::optional<std::int64_t> start(const std::vector<CustomerRecord>& records) {
  std::vector<const CustomerRecord*> pointers;
  pointers.reserve(records.size());
  for (const CustomerRecord& record : records) pointers.push_back(&record);
  return consent_start_ms(pointers);
}

TEST(ConsentStart, IsTheCurrentRecordsResearchDate) {
  EXPECT_EQ(start({customer("a", "s", t0, t0 + 5)}), t0 + 5);
  EXPECT_EQ(start({customer("a", "s", t0, std::nullopt)}), std::nullopt);
  EXPECT_EQ(start({customer("a", "s", t0, 0)}), std::nullopt);
  EXPECT_EQ(start({customer("a", "s", t0, t0), customer("a", "s", t0 + 9, t0 + 3)}), t0 + 3);
}

TEST(ConsentStart, AWithdrawalEndsItAndATieIsAWithdrawal) {
  EXPECT_EQ(start({customer("a", "s", t0, t0), customer("a", "s", t0 + 1, std::nullopt)}), std::nullopt);
  EXPECT_EQ(start({customer("a", "s", t0, std::nullopt), customer("a", "s", t0 + 9, t0 + 1)}), t0 + 1);
  EXPECT_EQ(start({customer("a", "s", t0, std::nullopt), customer("a", "s", t0 + 9, t0)}), std::nullopt);
}

TEST(ConsentStart, EquallyCurrentRecordsMustAgreeOnDateAndSerial) {
  EXPECT_EQ(start({customer("a", "s", t0, t0), customer("a", " s ", t0, t0)}), t0);
  EXPECT_EQ(start({customer("a", "s", t0, t0), customer("a", "s", t0, t0 + 1)}), std::nullopt);
  EXPECT_EQ(start({customer("a", "s", t0, t0), customer("a", "other", t0, t0)}), std::nullopt);
}

TEST(StrictTruth, CountsFromConsentOnPerPersonAndPairsEveryReadingOfAMoment) {
  SeedRecords records;
  records.customers = {customer("a", "sa", t0, t0), customer("b", "sb", t0, std::nullopt)};
  records.accelerometer = {movement("a", t0 - 1), movement("a", t0), movement("a", t0, 1), movement("b", t0)};
  records.step_trainer = {distance("sa", t0 - 1), distance("sa", t0), distance("sa", t0, 201),
                          distance("sb", t0)};
  EXPECT_EQ(strict_counts(records), (ZoneCounts{1, 2, 1, 2, 4}));
}

TEST(StrictTruth, EqualReadingsCountOnceByIdentity) {
  SeedRecords records;
  records.customers = {customer("a@x", "s", t0, t0)};
  records.accelerometer = {movement("a@x", t0), movement(" A@X", t0), movement("a@x", t0)};
  records.step_trainer = {distance("s", t0), distance(" s", t0)};
  EXPECT_EQ(strict_counts(records), (ZoneCounts{1, 1, 1, 1, 1}));
  // By text the reading in capitals is a stranger's and the padded serial is unknown.
  EXPECT_EQ(reference_counts(records), (ZoneCounts{1, 1, 1, 1, 1}));
}

TEST(StrictTruth, ASerialThatSeveralEverCarriedIsNobodys) {
  SeedRecords records;
  records.customers = {customer("a", "s", t0, t0), customer("b", "s", t0, std::nullopt),
                       customer("b", "other", t0 + 1, std::nullopt)};
  records.accelerometer = {movement("a", t0)};
  records.step_trainer = {distance("s", t0)};
  EXPECT_EQ(strict_counts(records), (ZoneCounts{1, 1, 1, 0, 0}));
  EXPECT_EQ(reference_counts(records), (ZoneCounts{1, 1, 1, 1, 1}));
}

TEST(StrictTruth, ImplausibleTimesDoNotCount) {
  SeedRecords records;
  records.customers = {customer("a", "s", t0, t0)};
  records.accelerometer = {movement("a", 4'070'908'800'000)};
  records.step_trainer = {distance("s", 4'070'908'800'000)};
  EXPECT_EQ(strict_counts(records), (ZoneCounts{1, 0, 0, 0, 0}));
  EXPECT_EQ(reference_counts(records), (ZoneCounts{1, 1, 1, 1, 1}));
}

TEST(StrictTruth, ACustomerWithoutTrustedReadingsIsNotCurated) {
  SeedRecords records;
  records.customers = {customer("a", "s", t0, t0)};
  records.accelerometer = {movement("a", t0 - 1)};
  records.step_trainer = {distance("s", t0 + 1)};
  EXPECT_EQ(strict_counts(records), (ZoneCounts{1, 0, 0, 0, 0}));
}

TEST(ReferenceTruth, PairsDifferentPeopleAndIgnoresWhenTheyAgreed) {
  SeedRecords records;
  records.customers = {customer("a", "sa", t0, t0), customer("b", "sb", t0, t0)};
  records.accelerometer = {movement("a", t0 - 9), movement("b", t0 - 9)};
  records.step_trainer = {distance("sa", t0 - 9), distance("sb", t0 - 9)};
  EXPECT_EQ(reference_counts(records), (ZoneCounts{2, 2, 2, 2, 4}));
}

TEST(ReferenceTruth, TakesEachDistinctRecordAndAFractionalDate) {
  SeedRecords records;
  CustomerRecord fractional = customer("b", "sb", t0, std::nullopt);
  fractional.research_is_number = true;
  records.customers = {customer("a", "s", t0, t0), customer("a", "s", t0, t0), customer("a", "s", t0 + 1, t0),
                       fractional};
  records.accelerometer = {movement("a", t0)};
  EXPECT_EQ(reference_counts(records), (ZoneCounts{3, 1, 2, 0, 0}));
}

TEST(ExpectFile, IsReadableToml) {
  auto table = ConfigTable::parse(expect_toml({{1, 2, 3, 4}, {5, 6, 7, 8, 9}, {}}, "title"), "expect.toml");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->table("landing").integer("quarantined", 0, 0, 100), 4);
  EXPECT_EQ(table->table("strict").integer("machine_learning_curated", 0, 0, 100), 9);
}

template <typename Record>
void decode_lines(RecordDecoder& decoder, const std::string& text, std::vector<Record>& records) {
  const std::string padded = text + std::string(decode_padding_bytes, ' ');
  for_each_line(std::string_view(padded).substr(0, text.size()),
                [&](std::string_view line) { ASSERT_FALSE(decoder.decode(line, records.emplace_back())); });
}

// The known truth on the public data set: what everybody publishes, and what is right.
TEST(Truth, HoldsOnThePublicDataSet) {
  STEDI_REQUIRE_DATA();
  RecordDecoder decoder;
  SeedRecords records;
  const auto files = find_seed_files(*stedi::test::stedi_data());
  ASSERT_TRUE(files) << files.error().message;
  for (const SeedFile& file : *files) {
    const std::string text = *read_whole(file.path);
    if (file.stream == Stream::customer) decode_lines(decoder, text, records.customers);
    if (file.stream == Stream::accelerometer) decode_lines(decoder, text, records.accelerometer);
    if (file.stream == Stream::step_trainer) decode_lines(decoder, text, records.step_trainer);
  }
  EXPECT_EQ(strict_counts(records), (ZoneCounts{482, 32'025, 464, 11'297, 32'025}));
  EXPECT_EQ(reference_counts(records), (ZoneCounts{482, 40'981, 482, 14'460, 43'681}));
}

}  // namespace
}  // namespace stedi::firmware
