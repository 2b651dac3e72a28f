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

std::vector<SqlFile> job_files() {
  std::vector<SqlFile> files;
  for (const SqlFile& file : sql_files()) {
    if (file.path.starts_with("jobs/")) files.push_back(file);
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

class EachJob : public ::testing::TestWithParam<SqlFile> {};

TEST_P(EachJob, HasACompleteHeaderNamedAfterItsFile) {
  const auto job = parse_job(GetParam().text);
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_TRUE(GetParam().path.ends_with("/" + job->name + ".sql"));
  EXPECT_FALSE(job->grain.empty());
  EXPECT_FALSE(job->key.empty());
  EXPECT_FALSE(job->checks.empty());
}

TEST_P(EachJob, DeclaresExactlyTheTablesItReads) {
  const auto job = parse_job(GetParam().text);
  ASSERT_TRUE(job);
  const std::string code = code_of(GetParam().text);
  std::set<std::string> read;
  for (const std::string& table : matches(code, R"((?:FROM|JOIN)\s+([a-z_]+))")) read.insert(table);
  for (const std::string& own : matches(code, R"(([a-z_]+) AS \()")) read.erase(own);
  std::set<std::string> declared;
  for (const JobInput& input : job->inputs) declared.insert(rows_table(input.table));
  EXPECT_EQ(read, declared);
}

TEST_P(EachJob, UsesOnlyWhatBothEnginesUnderstandAlike) {
  const std::string code = code_of(GetParam().text);
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
    EXPECT_EQ(matches(code, pattern).size(), 0U) << "has " << pattern;
  }
  const auto joins = matches(code, R"(\bJOIN\b)").size();
  EXPECT_EQ(matches(code, R"(\bON\b)").size(), joins) << "a JOIN without ON";
}

TEST_P(EachJob, NamesEveryColumnWithItsTable) {
  const std::string code = code_of(GetParam().text);
  const auto bare = matches(code, R"((?:ON|AND|WHERE|WHEN)\s+([a-z_A-Z]+)(?:\s*[=<>]|\s+IS\b))");
  EXPECT_TRUE(bare.empty()) << bare.front();
}

TEST_P(EachJob, NumbersRowsOverATotalOrder) {
  const std::string code = code_of(GetParam().text);
  for (const std::string& order : matches(code, R"(ROW_NUMBER\(\) OVER \(([^)]*)\))")) {
    EXPECT_NE(order.find("ingest_id"), std::string::npos) << order;
  }
}

TEST_P(EachJob, WritesKeywordsInUpperCase) {
  const std::string code = code_of(GetParam().text);
  EXPECT_TRUE(
      matches(code, R"(\b(select|from|where|join|left|group|order|union|with|case|when|exists|and|or)\s)")
          .empty());
}

TEST_P(EachJob, HasAFileForEachCheckItDeclares) {
  const auto job = parse_job(GetParam().text);
  ASSERT_TRUE(job);
  std::string place(GetParam().path.substr(std::string_view("jobs/").size()));
  place.resize(place.size() - std::string_view(".sql").size());
  for (const std::string& check : job->checks) {
    const std::string path = "checks/" + place + "/" + check + ".sql";
    EXPECT_TRUE(std::ranges::any_of(sql_files(), [&](const SqlFile& file) { return file.path == path; }))
        << path;
  }
}

INSTANTIATE_TEST_SUITE_P(Jobs, EachJob, ::testing::ValuesIn(job_files()), [](const auto& instance) {
  std::string name(instance.param.path);
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
});

TEST(Jobs, EveryCheckIsDeclaredByItsJob) {
  std::set<std::string> declared;
  for (const SqlFile& file : job_files()) {
    std::string place(file.path.substr(std::string_view("jobs/").size()));
    place.resize(place.size() - std::string_view(".sql").size());
    const auto job = parse_job(file.text);
    ASSERT_TRUE(job) << file.path;
    for (const std::string& check : job->checks) {
      declared.insert("checks/" + place + "/" + check + ".sql");
    }
  }
  for (const SqlFile& file : sql_files()) {
    if (!file.path.starts_with("checks/")) continue;
    EXPECT_TRUE(declared.contains(std::string(file.path))) << file.path;
  }
}

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

TEST(Jobs, HeaderWithoutAFieldIsRefused) {
  EXPECT_FALSE(parse_job("-- name:   a\n-- grain:  one row\nSELECT 1"));
  EXPECT_FALSE(parse_job("-- name:   a\n-- inputs: b\n-- grain:  c\n-- key:    d\n-- checks: e\nSELECT 1"));
  EXPECT_FALSE(
      parse_job("-- name:   a\n-- inputs: b (by week)\n-- grain:  c\n-- key:    d\n-- checks: e\nSELECT 1"));
}

}  // namespace
}  // namespace stedi::lakehouse
