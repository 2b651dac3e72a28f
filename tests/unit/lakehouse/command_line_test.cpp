// The program as scripts use it: arguments, output and exit status.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/sqlite/database.hpp"
#include "lakehouse/runner/watch.hpp"
#include "tests/support/data_set.hpp"
#include "tests/support/process.hpp"

namespace stedi::lakehouse {
namespace {

class CommandLine : public ::testing::Test {
 protected:
  test::Output lakehouse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(STEDI_PROGRAM_DIR) + "/stedi-lakehouse");
    return test::run(std::move(arguments), {}, std::chrono::seconds(60));
  }
  test::Output in_store(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--store", store()});
    return lakehouse(std::move(arguments));
  }
  std::string store() { return (folder_ / "store").string(); }
  void import_one_person() {
    std::filesystem::create_directories(folder_ / "data");
    test::write_text(folder_ / "data/customer-1.json",
                     R"({"email":"ann@example.com","serialNumber":"S1","lastUpdateDate":1655564376361,)"
                     R"("shareWithResearchAsOfDate":1655564376361})"
                     "\nno record\n");
    test::write_text(folder_ / "data/accelerometer-1.json",
                     R"({"user":"ann@example.com","timestamp":1655564376361,"x":1.0,"y":0.0,"z":-1.0})");
    test::write_text(folder_ / "data/step_trainer-1.json",
                     R"({"sensorReadingTime":1655564376361,"serialNumber":"S1","distanceFromObject":7})");
    imported_ = in_store({"import", (folder_ / "data").string()});
    ASSERT_EQ(imported_.exit_status, 0) << imported_.standard_error;
  }
  static void expect_one_line(const std::string& text) {
    EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  }
  test::TempDir folder_;
  test::Output imported_;
};

TEST_F(CommandLine, HelpNamesEveryCommandAndNoneThatIsNotThere) {
  const auto help = lakehouse({"--help"});
  EXPECT_EQ(help.exit_status, 0);
  for (const std::string command :
       {"import", "run", "watch", "validate", "status", "query", "quarantine", "export", "backup", "restore",
        "check", "consent", "ledger", "explain", "lineage"}) {
    EXPECT_NE(help.standard_output.find("\n  " + command + " "), std::string::npos) << command;
  }
  for (const std::string command : {"erase"}) {
    EXPECT_EQ(help.standard_output.find("\n  " + command), std::string::npos) << command;
    EXPECT_EQ(in_store({command}).exit_status, 2) << command;
  }
}

TEST_F(CommandLine, WrongUsageIsExitStatusTwoInOneLine) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{},
        {"run"},
        {"--store", "x"},
        {"--store", "x", "run", "--profile", "lenient"},
        {"--store", "x", "run", "--nonsense"},
        {"--store", "x", "query"},
        {"--store", "x", "query", ""},
        {"--store", "", "status"},
        {"--store", "x", "query", "SELECT 1", "--format", "xml"},
        {"--store", "x", "quarantine"},
        {"--store", "x", "consent"},
        {"--store", "x", "consent", "withdraw"},
        {"--store", "x", "consent", "withdraw", "--email", "a@b", "--at", "yesterday"},
        {"--store", "x", "consent", "grant", "--email", "a@b", "--at", "9007199254740992"},
        {"--store", "x", "ledger"},
        {"--store", "x", "export"},
        {"--store", "x", "export", "--out", "y", "--format", "parquet"}}) {
    const auto output = lakehouse(arguments);
    EXPECT_EQ(output.exit_status, 2) << output.standard_error;
    expect_one_line(output.standard_error);
  }
}

TEST_F(CommandLine, WatchDelaysAtMostAMinute) {
  const auto watch = [&](std::int64_t delay_ms) {
    return in_store({"watch", "--delay", std::to_string(delay_ms)}).exit_status;
  };
  EXPECT_EQ(watch(most_watch_delay_ms), 1) << "understood, and there is no store";
  EXPECT_EQ(watch(most_watch_delay_ms + 1), 2);
}

TEST_F(CommandLine, ErrorIsOneLineWhateverItQuotes) {
  import_one_person();
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"query", "SELECT a.\nb FROM (SELECT 1) AS c"},
        {"query", "SELECT \"a\nb\tc\" FROM no_such\n"},
        {"run", "--a\nb"}}) {
    const auto output = in_store(arguments);
    EXPECT_NE(output.exit_status, 0);
    expect_one_line(output.standard_error);
  }
}

TEST_F(CommandLine, WrongUsageRepeatsNoEmail) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"bob@example.com"},
        {"run", "bob@example.com"},
        {"run", "--profile", "bob@example.com"},
        {"consent", "withdraw", "--email", "ann@example.com", "--at", "bob@example.com"},
        {"consent", "show", "--mail=bob@example.com"}}) {
    const auto output = in_store(arguments);
    EXPECT_EQ(output.exit_status, 2) << output.standard_error;
    expect_one_line(output.standard_error);
    EXPECT_EQ(output.standard_error.find("example.com"), std::string::npos) << output.standard_error;
  }
  EXPECT_NE(in_store({"walk"}).standard_error.find("there is no command `walk`"), std::string::npos);
}

TEST_F(CommandLine, DatesAreDigitsAndTheMessageSaysSo) {
  import_one_person();
  const auto said = [&](const std::string& at) {
    return in_store({"consent", "withdraw", "--email", "ann@example.com", "--at", at});
  };
  EXPECT_NE(said("1e12").standard_error.find("epoch milliseconds in digits"), std::string::npos);
  EXPECT_EQ(said("9007199254740992").exit_status, 2);
  EXPECT_EQ(said("9007199254740991").exit_status, 0);
}

TEST_F(CommandLine, LongWorkShowsProgressOnATerminalAndIsQuietInAPipe) {
  import_one_person();
  EXPECT_EQ(in_store({"run"}).standard_error, "");
  const auto on_a_terminal = [&](const std::string& command) {
    const std::string words =
        std::string(STEDI_PROGRAM_DIR) + "/stedi-lakehouse --store " + store() + " " + command;
    return test::run({"script", "--quiet", "--return", "--command", words, "/dev/null"}).standard_output;
  };
  EXPECT_NE(on_a_terminal("run --full").find("run: machine_learning_curated"), std::string::npos);
  EXPECT_NE(on_a_terminal("validate").find("validate: strict"), std::string::npos);
  EXPECT_NE(on_a_terminal("check").find("check: landing.db"), std::string::npos);
  EXPECT_NE(on_a_terminal("backup --out " + (folder_ / "copy").string()).find("backup: landing.db"),
            std::string::npos);
  EXPECT_NE(on_a_terminal("export --out " + (folder_ / "out").string()).find("export: machine_learning"),
            std::string::npos);
}

TEST_F(CommandLine, WhatARecordHoldsCannotCommandTheTerminal) {
  import_one_person();
  const auto shown = in_store({"query",
                               "SELECT 'a' || char(27) || ']0;x' || char(7) || char(155) AS text, "
                               "'two' || char(10) || 'lines' AS more"});
  EXPECT_NE(shown.standard_output.find("a\\x1b]0;x\\x07\\x9b  two\\x0alines"), std::string::npos)
      << shown.standard_output;
  const auto csv = in_store({"query", "SELECT char(27) AS text", "--format", "csv"});
  EXPECT_EQ(csv.standard_output, "text\n\x1b\n") << "data is not changed";
}

TEST_F(CommandLine, DamagedZonesSayWhichFileAndWhatToDo) {
  import_one_person();
  test::write_text(store() + "/zones-strict.db", std::string(8192, 'x'));
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"query", "SELECT 1"}, {"run"}, {"validate"}, {"status"}}) {
    const auto output = in_store(arguments);
    EXPECT_EQ(output.exit_status, 1) << arguments.front();
    expect_one_line(output.standard_error);
    EXPECT_NE(output.standard_error.find("zones-strict.db"), std::string::npos) << output.standard_error;
    EXPECT_NE(output.standard_error.find("delete it"), std::string::npos) << output.standard_error;
  }
}

TEST_F(CommandLine, WrongSettingsAreAUsageErrorOfARunWhichThenChangesNothing) {
  import_one_person();
  test::write_text(folder_ / "mine.toml", "[retention]\nlanding_days = 365\n");
  EXPECT_EQ(in_store({"--config", (folder_ / "mine.toml").string(), "run"}).exit_status, 0);
  test::write_text(store() + "/lakehouse.toml", "[retention]\nlanding_dayz = 365\n");
  const auto output = in_store({"run"});
  EXPECT_EQ(output.exit_status, 2);
  expect_one_line(output.standard_error);
  EXPECT_NE(output.standard_error.find("landing_dayz"), std::string::npos) << output.standard_error;
}

TEST_F(CommandLine, MissingStoreFailsAndIsNotMade) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"run"},
                                                    {"validate"},
                                                    {"status"},
                                                    {"query", "SELECT 1"},
                                                    {"quarantine", "list"},
                                                    {"quarantine", "replay", "all"},
                                                    {"consent", "show", "--email", "a@b"},
                                                    {"consent", "withdraw", "--email", "a@b"},
                                                    {"ledger", "verify"},
                                                    {"explain", "--email", "a@b"},
                                                    {"lineage"},
                                                    {"export", "--out", (folder_ / "out").string()}}) {
    const auto output = in_store(arguments);
    EXPECT_EQ(output.exit_status, 1) << arguments.front();
    expect_one_line(output.standard_error);
  }
  EXPECT_FALSE(std::filesystem::exists(store()));
}

TEST_F(CommandLine, ImportSaysWhatWasQuarantinedAndWhereToLook) {
  import_one_person();
  EXPECT_NE(imported_.standard_output.find("3 records landed, 1 quarantined; see"), std::string::npos)
      << imported_.standard_output;
  EXPECT_NE(in_store({"quarantine", "list"}).standard_output.find("customer"), std::string::npos);
  EXPECT_NE(in_store({"quarantine", "show"}).standard_output.find("no record"), std::string::npos);
}

TEST_F(CommandLine, QuarantineIsListedShownAndReplayedByIdAndReason) {
  import_one_person();
  const auto listed = nlohmann::json::parse(in_store({"quarantine", "list", "--json"}).standard_output);
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["stream"], "customer");
  EXPECT_EQ(listed[0]["ids"], "1");
  EXPECT_EQ(listed[0]["payloads_kept"], 1);
  const auto shown = nlohmann::json::parse(in_store({"quarantine", "show", "1", "--json"}).standard_output);
  EXPECT_EQ(shown[0]["payload"], "no record");
  const std::string reason = listed[0]["reason"];
  for (const std::vector<std::string>& which :
       {std::vector<std::string>{"1"}, {"all"}, {"--reason", reason}}) {
    std::vector<std::string> command = {"quarantine", "replay"};
    command.insert(command.end(), which.begin(), which.end());
    const auto replayed = in_store(command);
    EXPECT_EQ(replayed.exit_status, 0) << replayed.standard_error;
    EXPECT_NE(replayed.standard_output.find("0 records landed, 1 still refused"), std::string::npos)
        << replayed.standard_output;
  }
}

TEST_F(CommandLine, QuarantineListShowsEightRunsOfIdsAndJsonAllOfThem) {
  const auto ids_after = [&](int runs) {
    std::string lines;  // runs of one id each, of two kinds in turn
    for (int i = 0; i < runs; ++i) lines += "no record\n{}\n";
    test::write_text(folder_ / ("customer-" + std::to_string(runs) + ".json"), lines);
    std::filesystem::remove_all(store());
    EXPECT_EQ(
        in_store({"import", (folder_ / ("customer-" + std::to_string(runs) + ".json")).string()}).exit_status,
        0);
    return std::pair(in_store({"quarantine", "list"}).standard_output,
                     in_store({"quarantine", "list", "--json"}).standard_output);
  };
  const std::string eight = "1 3 5 7 9 11 13 15";
  const auto [at_the_limit, at_the_limit_json] = ids_after(8);
  EXPECT_NE(at_the_limit.find(eight + "\n"), std::string::npos) << at_the_limit;
  EXPECT_NE(at_the_limit_json.find('"' + eight + '"'), std::string::npos);
  const auto [beyond, beyond_json] = ids_after(9);
  EXPECT_NE(beyond.find(eight + " …\n"), std::string::npos) << beyond;
  EXPECT_NE(beyond_json.find('"' + eight + " 17\""), std::string::npos) << beyond_json;
}

TEST_F(CommandLine, QuarantineIdsThatAreNotThereFailAndWrongOnesAreWrongUsage) {
  import_one_person();
  for (const std::string command : {"show", "replay"}) {
    const auto absent = in_store({"quarantine", command, "99"});
    EXPECT_EQ(absent.exit_status, 1);
    expect_one_line(absent.standard_error);
    EXPECT_EQ(in_store({"quarantine", command, "x"}).exit_status, 2);
  }
  EXPECT_EQ(in_store({"quarantine", "replay"}).exit_status, 2);
  EXPECT_EQ(in_store({"quarantine", "replay", "1", "--reason", "wrong_type"}).exit_status, 2);
  EXPECT_EQ(in_store({"quarantine", "replay", "--reason", "nonsense"}).exit_status, 2);
}

TEST_F(CommandLine, BackupCheckAndRestoreAreAWayRound) {
  import_one_person();
  const std::string out = (folder_ / "backup").string();
  const auto backed_up = in_store({"backup", "--out", out});
  EXPECT_EQ(backed_up.exit_status, 0) << backed_up.standard_error;
  EXPECT_EQ(in_store({"backup", "--out", out}).exit_status, 1) << "it is there already";
  EXPECT_EQ(in_store({"check"}).exit_status, 0);
  const auto refused = in_store({"restore", "--from", out});
  EXPECT_EQ(refused.exit_status, 1);
  expect_one_line(refused.standard_error);
  const auto restored = in_store({"restore", "--from", out, "--force", "--json"});
  EXPECT_EQ(restored.exit_status, 0) << restored.standard_error;
  EXPECT_TRUE(nlohmann::json::accept(restored.standard_output));
  EXPECT_TRUE(nlohmann::json::accept(in_store({"check", "--quick", "--json"}).standard_output));
  EXPECT_NE(in_store({"query", "SELECT COUNT(*) AS n FROM accelerometer_landing", "--format", "csv"})
                .standard_output.find("\n1"),
            std::string::npos);
}

TEST_F(CommandLine, CheckOfADamagedStoreIsExitStatusThreeInOneLine) {
  import_one_person();
  std::fstream file(folder_ / "store/landing.db", std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(4096 * 6);
  file << std::string(4096, 'x');
  file.close();
  const auto checked = in_store({"check"});
  EXPECT_EQ(checked.exit_status, 3) << checked.standard_output;
  expect_one_line(checked.standard_error);
}

TEST_F(CommandLine, ImportingAgainSaysSoAndLandsNothing) {
  import_one_person();
  const auto again = in_store({"import", (folder_ / "data").string()});
  EXPECT_EQ(again.exit_status, 0);
  EXPECT_NE(again.standard_output.find("already imported"), std::string::npos);
  EXPECT_NE(again.standard_output.find("0 records landed"), std::string::npos);
}

TEST_F(CommandLine, ImportOfAnUnrecognisableStreamIsAUsageError) {
  test::write_text(folder_ / "mystery.json", "{}");
  const auto output = in_store({"import", (folder_ / "mystery.json").string()});
  EXPECT_EQ(output.exit_status, 2);
  expect_one_line(output.standard_error);
}

TEST_F(CommandLine, ImportReadsStandardInputWhenItsStreamIsNamed) {
  const std::string program = std::string(STEDI_PROGRAM_DIR) + "/stedi-lakehouse";
  const test::Process::Options piped{{}, "{\"email\":\"ann@example.com\"}\n"};
  const auto unnamed = test::run({program, "--store", store(), "import", "-"}, piped);
  EXPECT_EQ(unnamed.exit_status, 2);
  expect_one_line(unnamed.standard_error);
  const auto imported =
      test::run({program, "--store", store(), "import", "--stream", "customer", "-"}, piped);
  EXPECT_EQ(imported.exit_status, 0) << imported.standard_error;
  EXPECT_NE(imported.standard_output.find("1 records landed"), std::string::npos) << imported.standard_output;
  EXPECT_EQ(in_store({"import", "--stream", "gap", "-"}).exit_status, 2);
}

TEST_F(CommandLine, ImportSaysWhatItLeftOutAndStrictlyExitsThree) {
  std::filesystem::create_directories(folder_ / "data/customer");
  test::write_text(folder_ / "data/customer/a.json", R"({"email":"ann@example.com"})");
  test::write_text(folder_ / "data/customer/b.txt", R"({"email":"bob@example.com"})");
  const auto lenient = in_store({"import", (folder_ / "data").string()});
  EXPECT_EQ(lenient.exit_status, 0);
  EXPECT_NE(lenient.standard_output.find("skipped: not called"), std::string::npos)
      << lenient.standard_output;
  EXPECT_NE(lenient.standard_output.find("1 records landed, 0 quarantined, 1 files skipped"),
            std::string::npos)
      << lenient.standard_output;
  EXPECT_NE(lenient.standard_error.find("may hold a withdrawal"), std::string::npos)
      << lenient.standard_error;
  EXPECT_EQ(in_store({"import", "--strict", (folder_ / "data").string()}).exit_status, 3);
  EXPECT_EQ(in_store({"import", "--strict", "--stream", "customer", (folder_ / "data").string()}).exit_status,
            0);
  test::write_text(folder_ / "data/customer/c.json", "{}");
  EXPECT_EQ(in_store({"import", "--strict", (folder_ / "data/customer/c.json").string()}).exit_status, 3);
}

TEST_F(CommandLine, ImportOfNothingReadableExitsOne) {
  test::write_text(folder_ / "customer.json", "email;name\nann@example.com;Ann\n");
  const auto nothing = in_store({"import", (folder_ / "customer.json").string()});
  EXPECT_EQ(nothing.exit_status, 1);
  EXPECT_NE(nothing.standard_error.find("none of it is a JSON object"), std::string::npos)
      << nothing.standard_error;
  std::filesystem::create_directories(folder_ / "empty");
  EXPECT_EQ(in_store({"import", (folder_ / "empty").string()}).exit_status, 1);
  import_one_person();
}

TEST_F(CommandLine, ImportSaysWhenWhatItRefusedMayHaveEndedConsent) {
  import_one_person();
  EXPECT_NE(imported_.standard_error.find(
                "1 refused records of customer, consent or pairing may hold a withdrawal"),
            std::string::npos)
      << imported_.standard_error;
}

TEST_F(CommandLine, WholeWayFromImportToExport) {
  import_one_person();
  EXPECT_EQ(in_store({"validate"}).exit_status, 1);
  // --store after the command, as well.
  EXPECT_EQ(lakehouse({"run", "--store", store()}).exit_status, 0);
  EXPECT_NE(in_store({"run"}).standard_output.find("up to date"), std::string::npos);
  EXPECT_EQ(in_store({"validate"}).exit_status, 0);
  EXPECT_EQ(in_store({"query", "SELECT COUNT(*) AS n FROM machine_learning_curated", "--format", "csv"})
                .standard_output,
            "n\n1\n");
  const auto exported = in_store({"export", "--out", (folder_ / "out").string()});
  EXPECT_EQ(exported.exit_status, 0) << exported.standard_error;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out/machine_learning_curated.csv"));
  EXPECT_TRUE(std::filesystem::exists(store() + "-keys/pseudonym.key"));
}

TEST_F(CommandLine, JsonIsJsonWhereverATableIsPrinted) {
  import_one_person();
  ASSERT_EQ(in_store({"run"}).exit_status, 0);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"run", "--full", "--json"},
        {"run", "--json"},
        {"validate", "--json"},
        {"status", "--json"},
        {"quarantine", "list", "--json"},
        {"quarantine", "show", "--json"},
        {"quarantine", "replay", "all", "--json"},
        {"consent", "show", "--email", "ann@example.com", "--json"},
        {"consent", "withdraw", "--email", "ann@example.com", "--json"},
        {"ledger", "verify", "--json"},
        {"explain", "--email", "ann@example.com", "--json"},
        {"lineage", "--json"},
        {"query", "SELECT 1 AS a", "--json"},
        {"import", (folder_ / "data").string(), "--json"},
        {"export", "--out", (folder_ / "out").string(), "--json"}}) {
    const auto output = in_store(arguments);
    EXPECT_EQ(output.exit_status, 0) << output.standard_error;
    EXPECT_TRUE(nlohmann::json::accept(output.standard_output))
        << arguments.front() << ": " << output.standard_output;
  }
}

TEST_F(CommandLine, DifferenceIsExitStatusThreeInOneLine) {
  import_one_person();
  ASSERT_EQ(in_store({"run"}).exit_status, 0);
  test::write_text(folder_ / "expect.toml", "[strict]\ncustomer_trusted = 5\n");
  const auto output = in_store({"validate", "--expect", (folder_ / "expect.toml").string()});
  EXPECT_EQ(output.exit_status, 3);
  expect_one_line(output.standard_error);
  EXPECT_NE(output.standard_error.find("customer_trusted has 1 rows, expected 5"), std::string::npos);
}

// The line that is no record may have been a withdrawal.
TEST_F(CommandLine, RefusedStatementsAreSaidWhereverSomebodyLooks) {
  import_one_person();
  ASSERT_EQ(in_store({"run"}).exit_status, 0);
  EXPECT_NE(in_store({"status"}).standard_output.find("refused customer"), std::string::npos);
  const std::string warning = "customer: 1 refused; a withdrawal may be among them";
  EXPECT_NE(in_store({"validate"}).standard_output.find(warning), std::string::npos);
  EXPECT_NE(in_store({"validate", "--json"}).standard_output.find(warning), std::string::npos);
}

TEST_F(CommandLine, WithdrawnPersonIsGoneAndTheLedgerSaysWhy) {
  import_one_person();
  ASSERT_EQ(in_store({"run"}).exit_status, 0);
  const auto withdrawn = in_store({"consent", "withdraw", "--email", "ann@example.com"});
  ASSERT_EQ(withdrawn.exit_status, 0) << withdrawn.standard_error;
  EXPECT_NE(withdrawn.standard_output.find("not_granted"), std::string::npos);
  EXPECT_EQ(in_store({"query", "SELECT COUNT(*) AS n FROM machine_learning_curated", "--format", "csv"})
                .standard_output,
            "n\n0\n");
  EXPECT_EQ(in_store({"ledger", "verify"}).exit_status, 0);
  EXPECT_EQ(in_store({"validate"}).exit_status, 0);
}

TEST_F(CommandLine, TamperedLedgerIsExitStatusThreeAndNamesTheFirstBadEntry) {
  import_one_person();
  ASSERT_EQ(in_store({"consent", "withdraw", "--email", "ann@example.com"}).exit_status, 0);
  {
    auto ledger = sqlite::Database::open(store() + "/ledger.db", sqlite::Access::read_write);
    ASSERT_TRUE(ledger && ledger->execute("UPDATE consent_ledger SET effect = 'granted' WHERE entry = 2"));
  }
  const auto verified = in_store({"ledger", "verify"});
  EXPECT_EQ(verified.exit_status, 3);
  expect_one_line(verified.standard_error);
  EXPECT_NE(verified.standard_error.find("entry 2"), std::string::npos) << verified.standard_error;
}

TEST_F(CommandLine, RealDataSetComesToTheKnownTruthInBothProfiles) {
  STEDI_REQUIRE_DATA();
  ASSERT_EQ(in_store({"import", test::stedi_data()->string()}).exit_status, 0);
  ASSERT_EQ(in_store({"run"}).exit_status, 0);
  ASSERT_EQ(in_store({"run", "--profile", "reference"}).exit_status, 0);
  const auto validated =
      in_store({"validate", "--expect", std::string(STEDI_SOURCE_DIR) + "/config/expect/stedi.toml"});
  EXPECT_EQ(validated.exit_status, 0) << validated.standard_output << validated.standard_error;
}

}  // namespace
}  // namespace stedi::lakehouse
