#include "lakehouse/answers/export.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/digest/digest.hpp"
#include "lakehouse/consent/ledger.hpp"
#include "lakehouse/consent/ledger_verify.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class Export : public StoreFixture {
 protected:
  Export() {
    land_person("ann@example.com", "S1");
    land(MovementRow{.at = noon + 1});
    land(StepRow{.at = noon + 1});
    run();
  }
  Result<std::vector<ExportedTable>> export_now(ExportRequest request) {
    request.out_dir = out();
    return export_tables(store_, request, clock_);
  }
  std::filesystem::path out() { return folder_ / "out"; }
  std::string content(const std::string& file) {
    std::ifstream in(out() / file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  nlohmann::json manifest() { return nlohmann::json::parse(content("manifest.json")); }
};

TEST_F(Export, MlTableAloneIsTheDefaultAndHoldsNothingPersonal) {
  ASSERT_TRUE(export_now({}));
  const std::string csv = content("machine_learning_curated.csv");
  EXPECT_TRUE(csv.starts_with("subject,sensorReadingTime,distanceFromObject,x,y,z\n"));
  EXPECT_EQ(csv.find("ann@"), std::string::npos);
  EXPECT_EQ(csv.find("S1"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(out() / "customer_trusted.csv"));
}

TEST_F(Export, ManifestNamesWhatWasWritten) {
  ASSERT_TRUE(export_now({}));
  const auto written = manifest();
  EXPECT_EQ(written["profile"], "strict");
  EXPECT_EQ(written["store_uuid"], *landing_->text("SELECT store_uuid FROM store"));
  const auto& table = written["tables"][0];
  EXPECT_EQ(table["table"], "machine_learning_curated");
  EXPECT_EQ(table["rows"], 1);
  EXPECT_EQ(table["columns"].size(), 6U);
  EXPECT_EQ(table["sha256"], hex(sha256(content("machine_learning_curated.csv"))));
  EXPECT_EQ(table["job_hash"].get<std::string>().size(), 64U);
}

TEST_F(Export, PersonalDataIsForItsOwnersEyesAlone) {
  using std::filesystem::perms;
  const auto readers = [&](const std::string& file) {
    return std::filesystem::status(out() / file).permissions() & (perms::group_all | perms::others_all);
  };
  ASSERT_TRUE(
      export_now({.tables = {"machine_learning_curated", "customer_trusted"}, .include_personal = true}));
  EXPECT_EQ(readers("customer_trusted.csv"), perms::none);
  EXPECT_NE(readers("machine_learning_curated.csv"), perms::none);
}

TEST_F(Export, PersonalTablesNeedPermission) {
  const auto refused = export_now({.tables = {"machine_learning_curated", "customer_trusted"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_status(refused.error().fault), 2);
  EXPECT_NE(refused.error().message.find("--include-personal"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(out()));
  ASSERT_TRUE(export_now({.tables = {"customer_trusted"}, .include_personal = true}));
  EXPECT_NE(content("customer_trusted.csv").find("ann@example.com"), std::string::npos);
}

TEST_F(Export, EveryTableOfReferenceIsPersonal) {
  run(Profile::reference);
  const auto refused = export_now({.profile = Profile::reference, .tables = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_status(refused.error().fault), 2);
}

TEST_F(Export, UnknownTableIsAUsageError) {
  const auto refused = export_now({.tables = {"pseudonym"}, .include_personal = true});
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_status(refused.error().fault), 2);
}

TEST_F(Export, NdjsonIsOneObjectALine) {
  ASSERT_TRUE(
      export_now({.tables = {"accelerometer_trusted"}, .format = Format::ndjson, .include_personal = true}));
  EXPECT_EQ(content("accelerometer_trusted.ndjson"),
            "{\"user\":\"ann@example.com\",\"timestamp\":" + std::to_string(noon + 1) +
                ",\"x\":1.0,\"y\":0.0,\"z\":-1.0}\n");
}

TEST_F(Export, LeavesNoTemporaryFiles) {
  ASSERT_TRUE(export_now({}));
  ASSERT_TRUE(export_now({}));
  const auto files = std::distance(std::filesystem::directory_iterator(out()), {});
  EXPECT_EQ(files, 2);
}

TEST_F(Export, ManifestAnchorsTheConsentLedger) {
  ASSERT_TRUE(export_now({}));
  const auto head = ledger_head(store_);
  EXPECT_EQ(manifest()["consent_ledger"]["entries"], 1);
  EXPECT_EQ(manifest()["consent_ledger"]["head"], head->seal);
  const auto verified = verify_ledger(store_, {out() / "manifest.json"});
  ASSERT_TRUE(verified);
  EXPECT_FALSE(verified->finding);
}

TEST_F(Export, FailureLeavesAnEarlierExportAsItWas) {
  ASSERT_TRUE(export_now({}));
  const std::string before = content("manifest.json");
  corrupt("DROP VIEW customer_trusted");
  EXPECT_FALSE(
      export_now({.tables = {"machine_learning_curated", "customer_trusted"}, .include_personal = true}));
  EXPECT_EQ(content("manifest.json"), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(out()), {}), 2);
}

TEST_F(Export, FilesOfAnEarlierExportGoUnlessTheyAreWrittenAgain) {
  ASSERT_TRUE(export_now({.tables = {"customer_trusted"}, .include_personal = true}));
  ASSERT_TRUE(export_now({.format = Format::ndjson}));
  ASSERT_TRUE(export_now({}));
  EXPECT_FALSE(std::filesystem::exists(out() / "customer_trusted.csv"));
  EXPECT_FALSE(std::filesystem::exists(out() / "machine_learning_curated.ndjson"));
  EXPECT_TRUE(std::filesystem::exists(out() / "machine_learning_curated.csv"));
}

TEST_F(Export, WhatAKilledExportLeftGoesAndWhatIsNotOursStays) {
  std::filesystem::create_directories(out() / ".stedi-export-killed");
  test::write_text(out() / ".stedi-export-killed/customer_trusted.csv", "ann@example.com");
  test::write_text(out() / "notes.csv", "mine");
  ASSERT_TRUE(export_now({}));
  EXPECT_FALSE(std::filesystem::exists(out() / ".stedi-export-killed"));
  EXPECT_EQ(content("notes.csv"), "mine");
}

TEST_F(Export, FolderInTheStoreOrAmongTheKeysIsAUsageError) {
  for (const auto& dir : {store_.dir, store_.dir / "exports", store_.dir / "a" / "..", store_.keys_dir}) {
    const auto refused = export_tables(store_, {.out_dir = dir}, clock_);
    ASSERT_FALSE(refused) << dir;
    EXPECT_EQ(exit_status(refused.error().fault), 2) << dir;
  }
  EXPECT_FALSE(std::filesystem::exists(store_.dir / "exports"));
}

TEST_F(Export, NeverWritesAWithdrawnPerson) {
  land(EventRow{.action = "withdraw", .at = noon + 10});
  ASSERT_TRUE(export_now({}));
  EXPECT_EQ(manifest()["tables"][0]["rows"], 0);
}

}  // namespace
}  // namespace stedi::lakehouse
