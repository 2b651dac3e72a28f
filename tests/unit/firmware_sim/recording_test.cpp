// Which device a record comes from, how it travels, how batches are cut.
#include <gtest/gtest.h>

#include <fstream>

#include "core/record/limits.hpp"
#include "core/wire/envelope.hpp"
#include "firmware_sim/feed/batch_plan.hpp"
#include "firmware_sim/feed/replay.hpp"
#include "firmware_sim/feed/seed_files.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

using Lines = std::vector<std::string>;

class DataSet {
 public:
  void write(const std::string& file, const std::string& text) {
    const auto path = folder_.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  Recording load() {
    auto recording = load_recording(folder_.path());
    EXPECT_TRUE(recording) << (recording ? "" : recording.error().message);
    return recording ? std::move(*recording) : Recording{};
  }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  stedi::test::TempDir folder_;
};

Lines lines_of(const Recording& recording, DeviceKind kind, const std::string& name, Stream stream) {
  Lines lines;
  for (const RecordedStream& recorded : recording.streams) {
    const RecordedDevice& device = recording.devices[recorded.device];
    if (device.kind != kind || device.name != name || recorded.stream != stream) continue;
    for (const RecordedRecord& record : recorded.records) lines.emplace_back(record.json);
  }
  return lines;
}

std::string movement(const std::string& user, std::int64_t time_ms) {
  return R"({"user":")" + user + R"(","timestamp":)" + std::to_string(time_ms) +
         R"(,"x":1.0,"y":0.0,"z":-1.0})";
}

// A spool keeps the digest, never the key.
TEST(Replay, TheKeyOfItsNamesFollowsFromTheDataAndIsNotTheirDigest) {
  DataSet data;
  data.write("accelerometer/a.json", movement("ann@example.com", 1'600'000'000'000) + "\n");
  const Recording first = data.load();
  EXPECT_EQ(first.name_key.size(), 64U);
  EXPECT_NE(first.name_key, first.digest);
  EXPECT_EQ(data.load().name_key, first.name_key);
  data.write("accelerometer/b.json", movement("ann@example.com", 1'600'000'000'001) + "\n");
  EXPECT_NE(data.load().name_key, first.name_key);
}

TEST(Attribution, ReadingsComeFromThePhoneOfTheIdentityInTheOrderOfTime) {
  DataSet data;
  const std::string late = movement("Ann@Example.com", 2'000'000'000'000);
  const std::string early = movement(" ann@example.com", 1'600'000'000'000);
  data.write("accelerometer/landing/a.json", late + "\n" + early + "\n");
  const Recording recording = data.load();
  EXPECT_EQ(lines_of(recording, DeviceKind::phone, "ann@example.com", Stream::accelerometer),
            (Lines{early, late}));
}

TEST(Attribution, TrainersAreToldByTheTrimmedSerial) {
  DataSet data;
  const std::string padded =
      R"({"sensorReadingTime":1600000000000,"serialNumber":" s-1 ","distanceFromObject":1})";
  const std::string plain =
      R"({"sensorReadingTime":1600000000001,"serialNumber":"s-1","distanceFromObject":2})";
  data.write("step_trainer-1.jsonl", padded + "\r\n" + plain);
  EXPECT_EQ(lines_of(data.load(), DeviceKind::trainer, "s-1", Stream::step_trainer), (Lines{padded, plain}));
}

TEST(Attribution, CustomersConsentsAndPairingsComeFromTheWebsite) {
  DataSet data;
  data.write("customer/c.json", R"({"email":"a@example.com"})");
  data.write("consent/c.ndjson",
             R"({"email":"a@example.com","purpose":"research","action":"grant","timestamp":1600000000000})");
  data.write("pairing/p.json", R"({"serialNumber":"s","email":null,"timestamp":1600000000000})");
  const Recording recording = data.load();
  EXPECT_EQ(recording.devices.size(), 1U);
  EXPECT_EQ(lines_of(recording, DeviceKind::website, website_name, Stream::customer).size(), 1U);
  EXPECT_EQ(lines_of(recording, DeviceKind::website, website_name, Stream::consent).size(), 1U);
  EXPECT_EQ(lines_of(recording, DeviceKind::website, website_name, Stream::pairing).size(), 1U);
}

TEST(Attribution, NothingIsLostAndNoEnvelopeIsSpoiled) {
  DataSet data;
  const std::string twice = R"({"user":"a","user":"b","timestamp":1,"x":1,"y":1,"z":1})";
  data.write("accelerometer/a.json",
             "\xEF\xBB\xBF" + twice + "\n  \n}{ \"garbage\" \xff\n[1,2]\n{\"user\":\"a\"");
  const auto lines = lines_of(data.load(), DeviceKind::website, website_name, Stream::accelerometer);
  EXPECT_EQ(lines, (Lines{twice, R"("}{ \"garbage\" \\xff")", R"("[1,2]")", R"("{\"user\":\"a\"")"}));
  wire::PayloadDecoder decoder;
  const auto payload = decoder.decode(Stream::accelerometer, wire::seal_envelope({"boot", 1}, lines));
  ASSERT_TRUE(payload.name);
  EXPECT_EQ(payload.refused.size(), 4U);
  EXPECT_EQ(payload.refused[0].reason, Reason::duplicate_key);
  EXPECT_EQ(payload.refused[1].reason, Reason::not_an_object);
}

TEST(Attribution, ARecordBeyondItsLimitTravelsCutAsAString) {
  DataSet data;
  data.write("customer/c.json",
             R"({"email":"a@example.com","note":")" + std::string(limits::max_message_bytes, 'x') + "\"}");
  const auto lines = lines_of(data.load(), DeviceKind::website, website_name, Stream::customer);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].front(), '"');
  EXPECT_LT(lines[0].size(), limits::max_record_bytes);
}

TEST(SeedFiles, TheNearestFolderNamesTheStreamElseTheFileDoes) {
  DataSet data;
  data.write("customer/accelerometer/x.json", "");
  data.write("step_trainer-7.json", "");
  data.write("customer/notes.txt", "");
  const auto files = *find_seed_files(data.path());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].stream, Stream::accelerometer);
  EXPECT_EQ(files[1].stream, Stream::step_trainer);
}

// All files of somebody whose home is named so were customers.
TEST(SeedFiles, FoldersAboveTheDataSetSayLessThanTheNamesOfItsFiles) {
  DataSet data;
  data.write("customer/data/accelerometer-1.json", "");
  data.write("customer/data/part-1.json", "");
  const auto files = *find_seed_files(data.path() / "customer/data");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].stream, Stream::accelerometer);
  EXPECT_EQ(files[1].stream, Stream::customer);
}

TEST(SeedFiles, AnUnrecognisableStreamIsAUsageError) {
  DataSet data;
  data.write("readings.json", "{}");
  EXPECT_EQ(find_seed_files(data.path()).error().fault, Fault::usage);
  EXPECT_EQ(find_seed_files(data.path() / "absent").error().fault, Fault::usage);
}

TEST(SeedFiles, TheDigestCoversNamesAndContent) {
  DataSet one;
  one.write("customer/c.json", "{}");
  DataSet renamed;
  renamed.write("customer/d.json", "{}");
  DataSet changed;
  changed.write("customer/c.json", "{ }");
  EXPECT_EQ(one.load().digest, one.load().digest);
  EXPECT_NE(one.load().digest, renamed.load().digest);
  EXPECT_NE(one.load().digest, changed.load().digest);
}

Recording recording_of(Stream stream, const std::vector<std::int64_t>& times_ms, const std::string& json) {
  RecordingBuilder builder;
  const auto text = builder.keep(json);
  for (const std::int64_t time_ms : times_ms) builder.add(DeviceKind::phone, "a", stream, {time_ms, text});
  return builder.finish();
}

std::size_t none_sealed(const RecordedStream&) {
  return 0;
}

constexpr std::int64_t no_latest = std::numeric_limits<std::int64_t>::max() - 1;

TEST(BatchPlan, CutsAtTheNumberOfRecordsAndIsDueWithItsLastRecord) {
  const auto recording = recording_of(Stream::accelerometer, {10, 20, 30, 40, 50}, "{}");
  const auto plan = plan_batches(recording, 2, no_latest, none_sealed);
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_EQ(plan[0].due_ms, 20);
  EXPECT_EQ(plan[1].due_ms, 40);
  EXPECT_EQ(plan[2].count, 1U);
}

TEST(BatchPlan, GoesOnAfterWhatIsSealed) {
  const auto recording = recording_of(Stream::accelerometer, {10, 20, 30, 40, 50}, "{}");
  const auto plan =
      plan_batches(recording, 2, no_latest, [](const RecordedStream&) { return std::size_t{3}; });
  ASSERT_EQ(plan.size(), 1U);
  EXPECT_EQ(plan[0].first, 3U);
  EXPECT_EQ(plan[0].count, 2U);
}

TEST(BatchPlan, KeepsMessagesWithinTheirLimit) {
  const std::string large = '"' + std::string(60'000, 'x') + '"';
  const auto recording = recording_of(Stream::accelerometer, std::vector<std::int64_t>(10, 1), large);
  for (const PlannedBatch& batch : plan_batches(recording, 50, no_latest, none_sealed))
    EXPECT_EQ(batch.count, batch.first == 8 ? 2U : 4U);
}

TEST(BatchPlan, CustomersAreDueBeforeEverythingAndAClockIn2099IsNotWaitedFor) {
  const auto customers = recording_of(Stream::customer, {500}, "{}");
  EXPECT_EQ(plan_batches(customers, 2, no_latest, none_sealed)[0].due_ms, earliest_due);
  const auto readings = recording_of(Stream::accelerometer, {10, 20, 4'070'908'800'000, untimed}, "{}");
  EXPECT_EQ(plan_batches(readings, 4, 1'000, none_sealed)[0].due_ms, 20);
}

}  // namespace
}  // namespace stedi::firmware
