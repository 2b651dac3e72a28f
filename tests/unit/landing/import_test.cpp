#include "lakehouse/import/import.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "core/record/limits.hpp"
#include "core/wire/topic.hpp"
#include "lakehouse/import/block_reader.hpp"
#include "lakehouse/import/spooled_input.hpp"
#include "lakehouse/landing/store.hpp"
#include "tests/support/data_set.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::landing {
namespace {

namespace fs = std::filesystem;

std::string reading(const std::string& user, std::int64_t time_ms) {
  return R"({"user":")" + user + R"(","timestamp":)" + std::to_string(time_ms) + R"(,"x":1,"y":2,"z":3})";
}

struct ImportTest : testing::Test {
  test::TempDir files;
  ManualClock clock{1'700'000'000'000};

  fs::path store() const { return files.path() / "store"; }
  fs::path write(const std::string& name, const std::string& content) const {
    const fs::path file = files.path() / "data" / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }
  Result<std::vector<ImportedFile>> import(const std::vector<fs::path>& paths) const {
    const auto found = TRY(find_import_files(paths));
    return import_files(store(), found, clock, nullptr);
  }
  std::int64_t count(const std::string& sql) const {
    auto database = open_landing_for_reading(store());
    return *database->integer(sql);
  }
};

TEST_F(ImportTest, StreamIsTheNearestFolderElseTheNamesStart) {
  const auto stream_of = [&](const std::string& name) {
    return find_import_files({write(name, "")})->front().stream;
  };
  EXPECT_EQ(stream_of("accelerometer/landing/part-1.json"), Stream::accelerometer);
  EXPECT_EQ(stream_of("customer/step_trainer/part-1.jsonl"), Stream::step_trainer);
  EXPECT_EQ(stream_of("pairing/customer-1.json"), Stream::pairing);
  EXPECT_EQ(stream_of("mixed/customer-1.json"), Stream::customer);
  EXPECT_EQ(stream_of("mixed/consent.ndjson"), Stream::consent);
  EXPECT_EQ(stream_of("consent/project/accelerometer-1.json"), Stream::accelerometer)
      << "what lies above says less than the name";
  EXPECT_EQ(stream_of("consent/project/part-1.json"), Stream::consent);
  write("home/customer/data/pairing/x/step_trainer-1.json", "");
  EXPECT_EQ(find_import_files({files.path() / "data/home/customer/data"})->front().stream, Stream::pairing)
      << "a folder that is imported with it says more";
}

TEST_F(ImportTest, AnUnrecognisableStreamIsAUsageErrorAndNothingLands) {
  const auto outcome =
      import({write("customer/a.json", R"({"email":"a"})"), write("mixed/readings.json", "{}")});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().fault, Fault::usage);
  EXPECT_FALSE(fs::exists(store()));
}

TEST_F(ImportTest, RecordsAboutConsentKnowTheirLineOfTheFile) {
  write("customer/a.json", "no record\n\n{\"email\":\"ann@x.org\"}\n{\"email\":\"bob@x.org\"}");
  write("consent/a.json",
        "\n"
        R"({"email":"ann@x.org","purpose":"research","action":"withdraw","timestamp":5})"
        "\n");
  ASSERT_TRUE(import({files.path() / "data"}));
  EXPECT_EQ(count("SELECT line FROM customer WHERE email = 'ann@x.org'"), 3);
  EXPECT_EQ(count("SELECT line FROM customer WHERE email = 'bob@x.org'"), 4);
  EXPECT_EQ(count("SELECT line FROM consent"), 2);
}

TEST_F(ImportTest, RefusedRecordsKnowTheirFileAndTheLineTheyBeginOn) {
  const auto first = write("accelerometer/a.json", "bad\n" + reading("a", 1) + "\n\n{\n}\n{}{\"user\":1}\n");
  const auto second = write("accelerometer/b.json", std::string(limits::max_record_bytes + 1, 'x') + "\n{}");
  ASSERT_TRUE(import({first, second}));
  auto database = open_landing_for_reading(store());
  std::string places;
  ASSERT_TRUE(database->each_row("SELECT file || ':' || line FROM quarantined_record ORDER BY quarantine_id",
                                 [&](std::string_view place) { places += std::string(place) + " "; }));
  std::string expected;
  for (const int line : {1, 4, 6, 6}) expected += first.string() + ":" + std::to_string(line) + " ";
  for (const int line : {1, 2}) expected += second.string() + ":" + std::to_string(line) + " ";
  EXPECT_EQ(places, expected);
}

TEST_F(ImportTest, ManySmallFilesShareATransaction) {
  constexpr int many = 2000;
  for (int i = 0; i < many; ++i)
    write("accelerometer/" + std::to_string(i) + ".json", reading("a", 1'655'000'000'000 + i));
  int transactions = 0;
  const auto done = import_files(store(), *find_import_files({files.path() / "data"}), clock,
                                 [&](std::int64_t, std::int64_t) { ++transactions; });
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(count("SELECT count(DISTINCT timestamp) FROM accelerometer"), many);
  EXPECT_EQ(count("SELECT count(*) FROM import_file WHERE complete = 1"), many);
  EXPECT_LE(transactions, 3);
}

TEST_F(ImportTest, LandsEveryStream) {
  write("customer/a.json", R"({"email":" Ann@x.org","serialNumber":"s1","note":1})"
                           "\n");
  write("accelerometer/a.json", reading("ann@X.org", 1'655'000'000'000) + "\r\n\r\n" + reading("b", 1));
  write("step_trainer/a.json",
        R"({"sensorReadingTime":1655000000000,"serialNumber":" s1","distanceFromObject":5})");
  write("consent/a.json", R"({"email":"ann@x.org","purpose":"research","action":"grant","timestamp":5})");
  write("pairing/a.json", R"({"serialNumber":"s1","email":null,"timestamp":5})");
  ASSERT_TRUE(import({files.path() / "data"}));
  EXPECT_EQ(count("SELECT count(*) FROM subject"), 2) << "one identity, however spelled";
  EXPECT_EQ(count("SELECT count(*) FROM trainer"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer_landing WHERE email = ' Ann@x.org'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer_landing WHERE user = 'ann@X.org'"), 1)
      << "text as landed";
  EXPECT_EQ(count("SELECT count(*) FROM step_trainer_landing WHERE serialNumber = ' s1'"), 1);
  EXPECT_EQ(count("SELECT sum(implausible) FROM accelerometer"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM consent WHERE action = 'grant'"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM pairing WHERE email IS NULL AND subject_id IS NULL"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM customer WHERE extra = '{\"note\":1}'"), 1);
}

TEST_F(ImportTest, BadLinesAreQuarantinedAndTheirNeighboursLand) {
  const auto outcome =
      import({write("accelerometer/a.json", "\xEF\xBB\xBF" + reading("a", 1'655'000'000'000) +
                                                "\nbad\xff\n{}\n[ ]\n" + reading("a", 1'655'000'000'001))});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->front().landed, 2);
  EXPECT_EQ(outcome->front().quarantined, 2);
  EXPECT_EQ(
      count("SELECT count(*) FROM quarantine WHERE stream = 'accelerometer' AND reason = 'malformed_json' "
            "AND payload = 'bad\\xff'"),
      1);
  EXPECT_EQ(count("SELECT sum(landed) FROM batch"), 2);
  EXPECT_EQ(count("SELECT sum(quarantined) FROM batch"), 2);
}

// The layouts that files in the seed format have besides a record a line.
std::string in_layout(const std::string& layout, const std::vector<std::string>& records) {
  std::string text;
  for (const std::string& record : records) {
    if (layout == "comma-ended lines") text += record + ",\n";
    if (layout == "run together") text += record;
    if (layout == "one array") text += (text.empty() ? "[" : ",") + record;
    if (layout == "an array a line") text += "[" + record + "]\n";
    if (layout == "pretty-printed") {
      std::string pretty = record;
      for (std::size_t at = 0; (at = pretty.find_first_of("{,}", at)) != std::string::npos; at += 4)
        pretty.replace(at, 1, pretty[at] == '}' ? "\n}\n\n" : std::string(1, pretty[at]) + "\n  ");
      text += pretty;
    }
  }
  return layout == "one array" ? text + "]" : text;
}
const std::vector<std::string> layouts = {"comma-ended lines", "run together", "one array", "an array a line",
                                          "pretty-printed"};

TEST_F(ImportTest, ValuesLandHoweverAFileLaysThemOut) {
  constexpr std::int64_t readings = 20'000;  // several blocks
  std::vector<std::string> records;
  for (std::int64_t i = 0; i < readings; ++i)
    records.push_back(i % 1000 == 999
                          ? "{}"
                          : reading("user" + std::to_string(i % 37) + "@example.com", 1'655'000'000'000 + i));
  for (const std::string& layout : layouts) {
    fs::remove_all(store());
    const std::string text = in_layout(layout, records);
    ASSERT_GT(text.size(), 2 * BlockReader::max_bytes);
    const auto outcome = import({write("accelerometer/a.json", text)});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->front().landed, readings - readings / 1000) << layout;
    EXPECT_EQ(outcome->front().quarantined, readings / 1000) << layout;
    EXPECT_EQ(count("SELECT count(DISTINCT timestamp) FROM accelerometer JOIN subject USING (subject_id) "
                    "WHERE email = 'user' || ((timestamp - 1655000000000) % 37) || '@example.com'"),
              readings - readings / 1000)
        << layout;
    EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'missing_field'"), readings / 1000)
        << layout;
  }
}

TEST_F(ImportTest, ARecordOverSeveralLinesStandsOnItsFirst) {
  ASSERT_TRUE(import({write("customer/a.json", R"([
    {
      "email": "ann@example.com",
      "note": {
        "of": "no column"
      }
    },
    {
      "email": "bob@example.com"
    }
])")}));
  EXPECT_EQ(count("SELECT line FROM customer WHERE email = 'ann@example.com'"), 2);
  EXPECT_EQ(count("SELECT line FROM customer WHERE email = 'bob@example.com'"), 8);
}

TEST_F(ImportTest, ABadRecordSpoilsNoneBesideItInAnyLayout) {
  const auto consent = [](const std::string& action) {
    return R"({"email":"a@example.com","purpose":"research","action":")" + action +
           R"(","timestamp":1655000000000})";
  };
  for (const std::string& layout : layouts) {
    fs::remove_all(store());
    const auto outcome = import({write(
        "consent/a.json", in_layout(layout, {consent("grant"), consent("a\"b"), consent("withdraw")}))});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->front().landed, 2) << layout;
    EXPECT_EQ(outcome->front().quarantined, 1) << layout;
  }
}

TEST_F(ImportTest, AValueLongerThanABlockIsOneRefusedRecordInAnyLayout) {
  const std::string good = reading("a", 1'655'000'000'000);
  std::string list;
  while (list.size() < 3 * BlockReader::max_bytes)
    list += R"({"b": "}{,"},)"
            "\n  ";
  const std::string long_value = R"({"a": [)" + list + "0]}";
  for (const std::string& layout : layouts) {
    if (layout == "pretty-printed") continue;
    fs::remove_all(store());
    const auto outcome = import({write("accelerometer/a.json", in_layout(layout, {good, long_value, good}))});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->front().landed, 2) << layout;
    EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'record_too_long'"), 1) << layout;
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 1) << layout;
  }
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // as the program zstd does
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

struct CompressedFileTest : ImportTest, testing::WithParamInterface<std::string (*)(const std::string&)> {
  static std::string compressed(const std::string& text) { return GetParam()(text); }
  static std::string lines(std::int64_t first, std::int64_t end) {
    std::string text;
    for (std::int64_t i = first; i < end; ++i)
      text += reading("user" + std::to_string(i % 37), 1'655'000'000'000 + i) + "\n";
    return text;
  }
};

TEST_P(CompressedFileTest, LandsWhateverItsNameAndWholeWhenItIsOfSeveralMembers) {
  for (const std::string name : {"a.json.gz", "a.json.zst", "a.JSON", "part-00000-c000.json.gz"}) {
    fs::remove_all(store());
    fs::remove_all(files.path() / "data");
    write("accelerometer/" + name,
          compressed(lines(0, 20'000)) + compressed("") + compressed(lines(20'000, 20'010)));
    const auto outcome = import({files.path() / "data"});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(count("SELECT count(DISTINCT timestamp) FROM accelerometer"), 20'010);
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 0);
  }
}

TEST_P(CompressedFileTest, IsTheSameContentAsPlain) {
  ASSERT_TRUE(import({write("accelerometer/a.json", lines(0, 10))}));
  const auto packed = write("accelerometer/a.json.gz", compressed(lines(0, 10)));
  EXPECT_TRUE(import({packed})->front().already_imported);
  write("accelerometer/a.json.gz", compressed(lines(0, 10)) + compressed(lines(10, 15)));
  EXPECT_EQ(import({packed})->front().landed, 5) << "appended to";
}

TEST_P(CompressedFileTest, GoesOnWhereItWasCut) {
  const auto file = write("accelerometer/a.json.gz", compressed(lines(0, 100'000)));
  ASSERT_TRUE(import({file}));
  const std::size_t done = lines(0, 60'000).size();
  {
    auto database = open_landing_for_writing(store(), clock);
    ASSERT_TRUE(
        database->execute("DELETE FROM accelerometer WHERE ingest_id > 60000; UPDATE import_file SET "
                          "complete = 0, bytes_done = " +
                          std::to_string(done)));
  }
  EXPECT_EQ(import({file})->front().landed, 40'000);
}

TEST_P(CompressedFileTest, CutOffOrDamagedFailsAndNothingOfItLands) {
  ASSERT_TRUE(import({write("customer/1.json", R"({"email":"a"})")}));
  const std::string whole = compressed(lines(0, 10'000));
  std::string damaged = whole;
  for (std::size_t at = whole.size() / 2; at < whole.size() / 2 + 64; ++at)
    damaged[at] = static_cast<char>(~damaged[at]);
  for (const std::string& text :
       {whole.substr(0, whole.size() - 1), whole.substr(0, whole.size() / 2), damaged}) {
    const auto outcome = import({write("accelerometer/a.json.gz", text)});
    ASSERT_FALSE(outcome);
    EXPECT_NE(outcome.error().message.find("a.json.gz: is "), std::string::npos) << outcome.error().message;
    EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, CompressedFileTest, testing::Values(&gzip, &zstd));

TEST_F(ImportTest, WhatCanBeReadOnceLandsAndLeavesNoFile) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string text = reading("a", 1'655'000'000'000);
  ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  const auto spooled = SpooledInput::of(ends[0], store());
  ::close(ends[0]);
  ASSERT_TRUE(spooled);
  const auto outcome = import_files(store(), {{spooled->path(), Stream::accelerometer, "-"}}, clock, nullptr);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->front().landed, 1);
  EXPECT_EQ(std::distance(fs::directory_iterator(store()), {}), 2) << "landing.db and store.lock";
}

TEST_F(ImportTest, TheSameFileAgainIsANoOp) {
  const auto file = write("accelerometer/a.json", reading("a", 1'655'000'000'000));
  ASSERT_TRUE(import({file}));
  const auto copy = write("accelerometer/copy.json", reading("a", 1'655'000'000'000));
  const auto again = import({file, copy});
  ASSERT_TRUE(again);
  EXPECT_TRUE((*again)[0].already_imported);
  EXPECT_TRUE((*again)[1].already_imported) << "by content, whatever its name";
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 1);
}

TEST_F(ImportTest, TheSameContentTwiceInOneImportLandsOnce) {
  const auto outcome = import({write("accelerometer/a.json", reading("a", 1'655'000'000'000)),
                               write("accelerometer/b.json", reading("a", 1'655'000'000'000)),
                               write("accelerometer/c.json", reading("b", 1'655'000'000'000))});
  ASSERT_TRUE(outcome);
  EXPECT_EQ((*outcome)[0].landed, 1);
  EXPECT_TRUE((*outcome)[1].already_imported);
  EXPECT_EQ((*outcome)[2].landed, 1);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 2);
}

TEST_F(ImportTest, LinesAcrossBlocksAndTransactionsLandOnceEach) {
  const std::int64_t lines = 150'000;  // several blocks, more than one transaction
  std::string text = "\xEF\xBB\xBF";
  for (std::int64_t i = 0; i < lines; ++i) {
    text += i % 1000 == 999 ? "bad\r\n"
                            : reading("user" + std::to_string(i % 37), 1'655'000'000'000 + i) + "\r\n";
  }
  ASSERT_GT(text.size(), 4 * BlockReader::max_bytes);
  const auto outcome =
      import({write("accelerometer/a.json", text), write("accelerometer/b.json", reading("z", 1))});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->front().landed, lines - lines / 1000);
  EXPECT_EQ(outcome->front().quarantined, lines / 1000);
  EXPECT_EQ(count("SELECT count(DISTINCT timestamp) FROM accelerometer WHERE subject_id < 38"),
            lines - lines / 1000);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer JOIN subject USING (subject_id) "
                  "WHERE email <> 'user' || ((timestamp - 1655000000000) % 37) AND email <> 'z'"),
            0);
  EXPECT_GT(count("SELECT count(*) FROM batch"), 2) << "the file took more than one transaction";
  EXPECT_EQ(count("SELECT lines_done FROM import_file WHERE file_id = 1"), lines);
}

TEST_F(ImportTest, ALinkCountsWhereItStands) {
  const auto blob = write("blobs/abc.json", R"({"email":"a"})");
  fs::create_directories(files.path() / "data" / "customer");
  fs::create_symlink(blob, files.path() / "data" / "customer" / "x.json");
  EXPECT_EQ(find_import_files({files.path() / "data" / "customer" / "x.json"})->front().stream,
            Stream::customer);
}

TEST_F(ImportTest, TwoImportsOfOneFileAtOnceLandItOnce) {
  std::string text;
  for (std::int64_t i = 0; i < 2000; ++i) text += reading("a", 1'655'000'000'000 + i) + "\n";
  const auto file = write("accelerometer/a.json", text);
  std::vector<std::thread> imports;
  std::atomic<std::int64_t> landed{0};
  for (int i = 0; i < 4; ++i) {
    imports.emplace_back([&] {
      const auto outcome = import({file});
      EXPECT_TRUE(outcome) << outcome.error().message;
      if (outcome) landed += outcome->front().landed;
    });
  }
  for (auto& thread : imports) thread.join();
  EXPECT_EQ(landed, 2000);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 2000);
}

TEST_F(ImportTest, ANewStoreAppearsWholeWithItsRecordsAndWithoutALog) {
  ASSERT_TRUE(import({write("accelerometer/a.json", reading("a", 1'655'000'000'000) + "\n")}));
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(store())) names.insert(entry.path().filename());
  EXPECT_EQ(names, (std::set<std::string>{"landing.db", "store.lock"}));
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 1);
}

TEST_F(ImportTest, ANewStoreIsSeenOnceItHoldsItsFirstRecordsAndTheImportGoesOnInIt) {
  const std::int64_t lines = 140'000;  // two transactions
  std::string text;
  for (std::int64_t i = 0; i < lines; ++i) text += reading("a", 1'655'000'000'000 + i) + "\n";
  const auto file = find_import_files({write("accelerometer/a.json", text)});
  // Whether there was a store after each transaction.
  const auto seen = [&](std::int64_t records_in_new_store) {
    fs::remove_all(store());
    std::vector<bool> there;
    const auto look = [&](std::int64_t, std::int64_t) { there.push_back(fs::exists(landing_file(store()))); };
    const auto done = import_files(store(), *file, clock, look, records_in_new_store);
    EXPECT_TRUE(done && done->front().landed == lines);
    EXPECT_EQ(count("SELECT count(DISTINCT timestamp) FROM accelerometer"), lines);
    return there;
  };
  EXPECT_EQ(seen(max_records_in_new_store), (std::vector<bool>{false, false}));
  const std::int64_t first = count("SELECT landed FROM batch ORDER BY batch_id LIMIT 1");
  ASSERT_LT(first, lines);
  EXPECT_EQ(seen(first), (std::vector<bool>{false, true}));
  EXPECT_EQ(seen(first + 1), (std::vector<bool>{false, false}));
}

TEST_F(ImportTest, ACutImportGoesOnAfterItsLastChunk) {
  const std::string first = reading("a", 1'655'000'000'000) + "\n";
  const auto file = write("accelerometer/a.json", first + reading("a", 1'655'000'000'001) + "\n");
  ASSERT_TRUE(import({file}));
  {
    // As a crash after the first chunk leaves it: the first line landed, the file not complete.
    auto database = open_landing_for_writing(store(), clock);
    ASSERT_TRUE(database->execute(
        "DELETE FROM accelerometer WHERE ingest_id = 2; UPDATE import_file SET complete = 0, "
        "lines_done = 1, landed = 1, bytes_done = " +
        std::to_string(first.size())));
  }
  const auto again = import({file});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->front().landed, 1);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 2);
  EXPECT_EQ(count("SELECT max(ingest_id) FROM accelerometer"), 3) << "ids are never used again";
}

// A file of several transactions, changed after the first one.
struct ChangingFileTest : ImportTest {
  static constexpr std::int64_t readings = 450'000;
  std::string text;
  fs::path file;

  void SetUp() override {
    for (std::int64_t i = 0; i < readings; ++i) text += reading("a", 1'655'000'000'000 + i) + "\n";
    file = write("accelerometer/a.json", text);
  }
  std::string error_of_import_during(const std::function<void()>& change) {
    bool is_changed = false;
    const auto once = [&](std::int64_t, std::int64_t) {
      if (!is_changed) change();
      is_changed = true;
    };
    EXPECT_TRUE(import({write("customer/1.json", R"({"email":"a"})")}));
    const auto outcome = import_files(store(), *find_import_files({file}), clock, once);
    EXPECT_TRUE(is_changed);
    EXPECT_EQ(count("SELECT count(*) FROM import_file WHERE stream = 'accelerometer' AND complete = 1"), 0);
    EXPECT_GT(count("SELECT count(*) FROM accelerometer"), 0);
    return outcome ? "" : outcome.error().message;
  }
  void expect_that_all_lands(std::int64_t lines) {
    const auto outcome = import({file});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_FALSE(outcome->front().already_imported);
    EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), lines);
    EXPECT_EQ(count("SELECT count(DISTINCT timestamp) FROM accelerometer"), lines);
    EXPECT_EQ(count("SELECT count(*) FROM import_file WHERE stream = 'accelerometer' AND complete = 0"), 0);
    EXPECT_EQ(count("SELECT max(lines_done) FROM import_file"), lines);
  }
};

TEST_F(ChangingFileTest, EmptiedWhileItIsImported) {
  const std::string error = error_of_import_during([&] { fs::resize_file(file, 0); });
  EXPECT_NE(error.find(file.string() + ": became shorter while it was imported"), std::string::npos) << error;
  write("accelerometer/a.json", text);
  expect_that_all_lands(readings);
}

TEST_F(ChangingFileTest, OverwrittenWhileItIsImported) {
  const std::string error = error_of_import_during([&] {
    std::fstream in_place(file, std::ios::binary | std::ios::in | std::ios::out);
    in_place.seekp(static_cast<std::streamoff>(text.rfind("\"a\"")));
    in_place << "\"b\"";
  });
  EXPECT_NE(error.find(file.string() + ": changed while it was imported"), std::string::npos) << error;
  EXPECT_EQ(count("SELECT count(*) FROM subject WHERE email = 'b'"), 0);
  write("accelerometer/a.json", text);
  expect_that_all_lands(readings);
}

TEST_F(ChangingFileTest, AppendedToWhileItIsImported) {
  const std::string error = error_of_import_during(
      [&] { std::ofstream(file, std::ios::app) << reading("a", 1'655'000'000'000 + readings) + "\n"; });
  EXPECT_NE(error.find(file.string() + ": grew while it was imported"), std::string::npos) << error;
  expect_that_all_lands(readings + 1);
}

TEST_F(ImportTest, OfAFileThatWasAppendedToWhatIsNewLands) {
  const auto customer = [](const std::string& name) { return R"({"email":")" + name + R"(@example.com"})"; };
  for (const std::string between : {"\n", "", ",\n", "\n\n  "}) {
    fs::remove_all(store());
    ASSERT_TRUE(import({write("customer/a.json", customer("ann") + between + customer("bob"))}));
    const auto file = write("customer/a.json", customer("ann") + between + customer("bob") + between +
                                                   customer("cy") + "\n" + customer("di") + "\n");
    const auto outcome = import({file});
    ASSERT_TRUE(outcome);
    EXPECT_GT(outcome->front().bytes_landed_before, 0);
    EXPECT_EQ(outcome->front().landed, 2);
    EXPECT_EQ(count("SELECT count(*) FROM customer"), 4);
    EXPECT_EQ(count("SELECT line FROM customer WHERE email = 'di@example.com'"),
              2 + 2 * std::ranges::count(between, '\n'));
    EXPECT_TRUE(import({file})->front().already_imported);
  }
}

TEST_F(ImportTest, OfAFileThatWasAppendedToACutLineIsReadAgain) {
  const std::string first = reading("a", 1'655'000'000'000) + "\n";
  const std::string second = reading("a", 1'655'000'000'001) + "\n";
  for (std::size_t cut = 1; cut < second.size() - 2; ++cut) {
    fs::remove_all(store());
    ASSERT_TRUE(import({write("accelerometer/a.json", first + second.substr(0, cut))}));
    ASSERT_TRUE(import({write("accelerometer/a.json", first + second + first)}));
    EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 3) << cut;
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 1) << cut;
  }
}

// Whatever else stands on the line, and also directly behind the brace of an object within it.
TEST_F(ImportTest, OfALineOfSeveralValuesOnlyTheCutOneIsReadAgain) {
  const auto value = [](int i) {
    return R"({"meta":{"k":1},"user":"a","timestamp":)" + std::to_string(1'655'000'000'000 + i) +
           R"(,"x":1,"y":2,"z":3,"more":{"k":1}})";
  };
  for (const std::string between : {"", ",", "\n"}) {
    const std::string whole = value(0) + between + value(1) + between + value(2);
    for (std::size_t cut = value(0).size() + 1; cut < whole.size(); cut += 7) {
      fs::remove_all(store());
      ASSERT_TRUE(import({write("accelerometer/a.json", whole.substr(0, cut))}));
      ASSERT_TRUE(import({write("accelerometer/a.json", whole + "\n")})) << cut;
      EXPECT_EQ(count("SELECT count(*) FROM accelerometer"), 3) << between << cut;
      EXPECT_EQ(count("SELECT count(DISTINCT timestamp) FROM accelerometer"), 3) << between << cut;
    }
  }
}

TEST_F(ImportTest, AFileThatGoesOnWithinARecordOfSeveralLinesIsRefused) {
  const std::string cut = "{\n  \"email\": \"ann@example.com\",\n  \"phone\": ";
  ASSERT_TRUE(import({write("customer/a.json", cut)}));
  const auto outcome = import({write("customer/a.json", cut + "\"1\"\n}\n")});
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().message.find("up to the middle of a record"), std::string::npos);
  EXPECT_EQ(count("SELECT count(*) FROM customer"), 0);
}

// A reading of so many bytes.
std::string long_reading(std::size_t bytes) {
  std::string text = reading("a", 1'655'000'000'000);
  return text.insert(1, bytes - text.size(), ' ');
}

TEST_F(ImportTest, RecordsUpToTheLimitLand) {
  const std::string beyond_the_buffer(9 * 1024 * 1024, 'x');
  const auto outcome =
      import({write("accelerometer/a.json", long_reading(limits::max_record_bytes) + "\n" +
                                                long_reading(limits::max_record_bytes + 1) + "\n" +
                                                beyond_the_buffer + "\n" + reading("a", 1'655'000'000'000))});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->front().landed, 2);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'record_too_long'"), 2);
}

// Lowered for as long as it lives.
class OpenFileLimit {
 public:
  explicit OpenFileLimit(rlim_t files) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lowered{files, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~OpenFileLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  OpenFileLimit(const OpenFileLimit&) = delete;
  OpenFileLimit& operator=(const OpenFileLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(ImportTest, MoreFilesThanAProcessMayHaveOpenLandInOneImport) {
  constexpr int count_of_files = 150;
  for (int i = 0; i < count_of_files; ++i) {
    const std::string name = "accelerometer/" + std::to_string(i);
    write(name + ".json", reading("ann@example.com", 1'655'000'000'000 + i));
    write(name + "-empty.json", "");
  }
  const OpenFileLimit limit(64);
  const auto outcome = import({files.path() / "data"});
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(count("SELECT COUNT(*) FROM accelerometer"), count_of_files);
}

// Lengths about the limit of a record, and about a block of the file.
const std::vector<std::size_t> long_blanks = {limits::max_record_bytes,   limits::max_record_bytes + 1,
                                              BlockReader::max_bytes - 1, BlockReader::max_bytes,
                                              BlockReader::max_bytes + 1, 3 * BlockReader::max_bytes};

TEST_F(ImportTest, WhiteSpaceLinesOfAnyLengthAreNoRecord) {
  std::string text;
  for (const std::size_t bytes : long_blanks) text += std::string(bytes, ' ') + "\n";
  const auto outcome = import({write("accelerometer/a.json", text + "bad\n" + std::string(900'000, '\t'))});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->front().landed, 0);
  EXPECT_EQ(outcome->front().quarantined, 1);
}

TEST_F(ImportTest, WhiteSpaceAroundARecordIsNotMeasured) {
  const std::string record = reading("a", 1'655'000'000'000);
  std::string text = "\xEF\xBB\xBF";
  for (const std::size_t bytes : long_blanks) {
    const std::string blanks(bytes, ' ');
    text += blanks + record + "\n" + record + blanks + "\r\n" + blanks + record + blanks + "\n";
  }
  const auto outcome = import({write("accelerometer/a.json", text)});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->front().landed, static_cast<std::int64_t>(3 * long_blanks.size()));
  EXPECT_EQ(outcome->front().quarantined, 0);
}

TEST_F(ImportTest, WhatFollowsLongWhiteSpaceIsMeasured) {
  const std::string record = reading("a", 1'655'000'000'000);
  std::string text;
  for (const std::size_t bytes : long_blanks) text += record + std::string(bytes, ' ') + "x\n";
  const auto outcome = import({write("accelerometer/a.json", text)});
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->front().landed, 0);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine WHERE reason = 'record_too_long'"),
            static_cast<std::int64_t>(long_blanks.size()));
}

TEST_F(ImportTest, LinesAreCountedOverThoseThatAreLongerThanABlock) {
  const std::string consent =
      R"({"email":"a@example.com","purpose":"research","action":"grant","timestamp":1655000000000})";
  ASSERT_TRUE(
      import({write("consent/a.json", std::string(BlockReader::max_bytes + 1, ' ') + "\n" +
                                          std::string(BlockReader::max_bytes + 1, 'x') + "\n" + consent)}));
  EXPECT_EQ(count("SELECT line FROM consent"), 3);
}

TEST_F(ImportTest, AFileThatCannotBeOpenedFailsAtItsTurn) {
  constexpr int many = 60;
  constexpr int readings = 2000;  // a file: too many for all to be read ahead
  const auto large_file = [](std::int64_t file) {
    std::string text;
    for (std::int64_t i = 0; i < readings; ++i) text += reading("a@example.com", file * readings + i) + "\n";
    return text;
  };
  std::vector<fs::path> paths;
  for (int i = 0; i < many; ++i)
    paths.push_back(write("accelerometer/" + std::to_string(100 + i) + ".json", large_file(i)));
  fs::path gone;
  const auto take_one_away = [&](std::int64_t, std::int64_t) {
    if (!gone.empty()) return;
    gone = paths[static_cast<std::size_t>(count("SELECT count(*) FROM accelerometer") / readings) + 3];
    fs::remove(gone);
  };
  ASSERT_TRUE(import({write("customer/1.json", R"({"email":"a@example.com"})")}));
  const auto outcome = import_files(store(), *find_import_files(paths), clock, take_one_away);
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().message.find(gone.string() + ": cannot be opened ("), std::string::npos)
      << outcome.error().message;
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer"),
            readings * (std::ranges::find(paths, gone) - paths.begin()));
}

TEST_F(ImportTest, MissingPathFailsAndNamesIt) {
  const auto outcome = find_import_files({files.path() / "none.json"});
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().message.find("none.json"), std::string::npos);
}

TEST_F(ImportTest, TakesTheRealDataSetWhole) {
  STEDI_REQUIRE_DATA();
  ASSERT_TRUE(import({*test::stedi_data()}));
  EXPECT_EQ(count("SELECT count(*) FROM customer_landing"), 956);
  EXPECT_EQ(count("SELECT count(*) FROM accelerometer_landing"), 81'273);
  EXPECT_EQ(count("SELECT count(*) FROM step_trainer_landing"), 28'680);
  EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 0);
}

TEST_F(ImportTest, TakesTheRealDataSetInEveryLayout) {
  STEDI_REQUIRE_DATA();
  const auto found = find_import_files({*test::stedi_data()});
  ASSERT_TRUE(found);
  std::vector<std::string> also_compressed = layouts;
  also_compressed.emplace_back("gzip");
  for (const std::string& layout : also_compressed) {
    fs::remove_all(store());
    fs::remove_all(files.path() / "data");
    for (const ImportFile& file : *found) {
      std::vector<std::string> records;
      std::ifstream lines(file.path);
      for (std::string line; std::getline(lines, line);) records.push_back(line);
      write(std::string(wire::stream_name(file.stream)) + "/" + file.path.filename().string(),
            layout == "gzip" ? gzip(in_layout("comma-ended lines", records)) : in_layout(layout, records));
    }
    ASSERT_TRUE(import({files.path() / "data"}));
    EXPECT_EQ(count("SELECT count(*) FROM customer_landing"), 956) << layout;
    EXPECT_EQ(count("SELECT count(*) FROM accelerometer_landing"), 81'273) << layout;
    EXPECT_EQ(count("SELECT count(*) FROM step_trainer_landing"), 28'680) << layout;
    EXPECT_EQ(count("SELECT count(*) FROM quarantine"), 0) << layout;
  }
}

}  // namespace
}  // namespace stedi::landing
