// What holds for every job (lakehouse/README.md): a complete header, and one SELECT that SQLite and Spark
// understand alike.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>
#include <sstream>

#include "lakehouse/tables/job.hpp"
#include "lakehouse/tables/sql_files.hpp"

namespace stedi::lakehouse {

void PrintTo(const SqlFile& file, std::ostream* out) {
  *out << file.path;
}

namespace {

// The text without comments and string literals.
std::string code_of(std::string_view text) {
  std::string code = std::regex_replace(std::string(text), std::regex("--[^\n]*"), "");
  return std::regex_replace(code, std::regex("'[^']*'"), "''");
}

// Each once: both profiles share some.
std::vector<SqlFile> job_files() {
  std::vector<SqlFile> files;
  for (const Profile profile : all_profiles) {
    for (const SqlFile& file : table_files(profile)) {
      if (std::ranges::find(files, file.path, &SqlFile::path) == files.end()) files.push_back(file);
    }
  }
  return files;
}

std::vector<std::string> matches(const std::string& code, const std::string& pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator match(code.begin(), code.end(), expression), end; match != end; ++match) {
    found.push_back(match->size() > 1 ? (*match)[1].str() : match->str());
  }
  return found;
}

class EachJob : public ::testing::TestWithParam<SqlFile> {
 protected:
  void SetUp() override {
    auto job = parse_job(GetParam().path, GetParam().text);
    ASSERT_TRUE(job) << job.error().message;
    job_ = *std::move(job);
    code_ = code_of(job_.select);
  }

  Job job_;
  std::string code_;  // of the SELECT
};

TEST_P(EachJob, IsNamedAfterItsFileAndSaysWhatARowIs) {
  EXPECT_TRUE(GetParam().path.ends_with("/" + job_.name + ".sql"));
  EXPECT_FALSE(job_.grain.empty());
  EXPECT_FALSE(job_.key.empty());
  const auto is_of_stream = [&](const SensorTable& readings) {
    return job_.name == std::string(readings.name) + "_trusted";
  };
  EXPECT_TRUE(!job_.checks.empty() || std::ranges::any_of(sensor_tables(), is_of_stream))
      << "nothing is checked but what is of every sensor stream";
}

TEST_P(EachJob, DeclaresExactlyTheTablesItReads) {
  std::set<std::string> read;
  for (const std::string& table : matches(code_, R"((?:FROM|JOIN)\s+([a-z_]+))")) read.insert(table);
  for (const std::string& own : matches(code_, R"(([a-z_]+) AS \()")) read.erase(own);
  std::set<std::string> declared;
  for (const JobInput& input : job_.inputs) declared.insert(rows_table(input.table));
  EXPECT_EQ(read, declared);
}

TEST_P(EachJob, UsesOnlyWhatBothEnginesUnderstandAlike) {
  for (const std::string pattern : {R"(\bNOT\s+IN\b)",
                                    R"(\bLIKE\b)",
                                    R"(\bGLOB\b)",
                                    R"(\bUSING\b)",
                                    R"(\bNATURAL\b)",
                                    R"(\bCAST\b)",
                                    R"(\|\|)",
                                    R"(SELECT\s+(DISTINCT\s+)?\*)",
                                    R"(\.\*)",
                                    R"(\s/\s)",
                                    R"(%)",
                                    R"(\bIFNULL\b)",
                                    R"(\bLIMIT\b)",
                                    R"(\bROWID\b)",
                                    R"(\bMATERIALIZED\b)",
                                    R"(\bGROUP BY \d)",
                                    R"(FROM\s+[a-z_]+\s+AS\s+[a-z_]+\s*,)",
                                    R"(\bRANDOM\b)",
                                    R"(\bDATETIME\b|\bNOW\b|\bCURRENT_)",
                                    R"(;)",
                                    R"(")"}) {
    EXPECT_EQ(matches(code_, pattern).size(), 0U) << "has " << pattern;
  }
  const auto joins = matches(code_, R"(\bJOIN\b)").size();
  EXPECT_EQ(matches(code_, R"(\bON\b)").size(), joins) << "a JOIN without ON";
}

TEST_P(EachJob, NamesEveryColumnWithItsTable) {
  const auto bare = matches(code_, R"((?:ON|AND|WHERE|WHEN)\s+([a-z_A-Z]+)(?:\s*[=<>]|\s+IS\b))");
  EXPECT_TRUE(bare.empty()) << bare.front();
}

TEST_P(EachJob, NumbersRowsOverATotalOrder) {
  for (const std::string& order : matches(code_, R"(ROW_NUMBER\(\) OVER \(([^)]*)\))")) {
    EXPECT_NE(order.find("ingest_id"), std::string::npos) << order;
  }
}

TEST_P(EachJob, WritesKeywordsInUpperCase) {
  EXPECT_TRUE(
      matches(code_, R"(\b(select|from|where|join|left|group|order|union|with|case|when|exists|and|or)\s)")
          .empty());
}

INSTANTIATE_TEST_SUITE_P(Jobs, EachJob, ::testing::ValuesIn(job_files()), [](const auto& instance) {
  std::string name(instance.param.path);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(Jobs, RunAfterTheTablesTheyRead) {
  for (const Profile profile : all_profiles) {
    const auto jobs = jobs_of(profile);
    ASSERT_TRUE(jobs);
    std::set<std::string> made;
    std::set<std::string> later;
    for (const Job& job : *jobs) later.insert(job.name);
    for (const Job& job : *jobs) {
      for (const JobInput& input : job.inputs) {
        EXPECT_TRUE(!later.contains(input.table) || made.contains(input.table))
            << job.name << " reads " << input.table;
      }
      made.insert(job.name);
    }
  }
}

// A sound file whose section `what` has these lines.
std::string file_that_says(const std::string& what) {
  return "-- ==== what\n" + what +
         "-- ==== ddl\nCREATE TABLE a (b INTEGER);\n-- ==== select\nSELECT 1 AS b\n-- ==== dirty\n-- None.\n"
         "-- ==== check holds\nSELECT 0\n-- ==== leaving\n-- None.\n";
}

TEST(Jobs, FieldsThatAreMissingOrUnknownAreRefused) {
  const std::string sound = "-- name:   a\n-- inputs: b (whole)\n-- grain:  c\n-- key:    d\n";
  EXPECT_TRUE(parse_job("a.sql", file_that_says(sound)));
  EXPECT_FALSE(parse_job("a.sql", file_that_says("-- name:   a\n-- grain:  one row\n")));
  EXPECT_FALSE(
      parse_job("a.sql", file_that_says("-- name:   a\n-- inputs: b\n-- grain:  c\n-- key:    d\n")));
  EXPECT_FALSE(parse_job(
      "a.sql", file_that_says("-- name:   a\n-- inputs: b (by week)\n-- grain:  c\n-- key:    d\n")));
}

std::string hash_of(std::string text, const std::string& part, const std::string& other) {
  const auto at = text.find(part);
  if (at == std::string::npos) throw std::logic_error("the text has no " + part);
  return parse_job("a.sql", text.replace(at, part.size(), other)).value().hash;
}

TEST(Jobs, AMendedCheckOrCommentRebuildsNothing) {
  const std::string text =
      file_that_says("-- name:   a\n-- inputs: b (whole)\n-- grain:  c\n-- key:    d\n--\n-- Prose.\n");
  const std::string hash = parse_job("a.sql", text).value().hash;
  EXPECT_EQ(hash_of(text, "SELECT 0", "SELECT 1 - 1"), hash);
  EXPECT_EQ(hash_of(text, "-- Prose.", "-- Other prose."), hash);
  EXPECT_EQ(hash_of(text, "SELECT 1 AS b", "-- one\nSELECT 1 AS b"), hash);
  EXPECT_NE(hash_of(text, "SELECT 1 AS b", "SELECT 2 AS b"), hash);
  EXPECT_NE(hash_of(text, "b INTEGER", "b REAL"), hash);
  EXPECT_NE(hash_of(text, "-- key:    d", "-- key:    e"), hash);
  EXPECT_NE(hash_of(text, "-- ==== dirty\n-- None.", "-- ==== dirty c\nSELECT 3"), hash);
}

}  // namespace
}  // namespace stedi::lakehouse
