// A table's file says everything in its place, or the build ends with file and line.
#include "lakehouse/tables/table_file.hpp"

#include <gtest/gtest.h>

namespace stedi::lakehouse {
namespace {

const std::string what =
    "-- ==== what\n-- name:   steps\n-- grain:  one row a step,\n--         counted once\n--\n-- Prose.\n";
const std::string ddl = "-- ==== ddl\nCREATE TABLE steps (a INTEGER);\n";
const std::string select = "-- ==== select\nSELECT 1 AS a\n";
const std::string dirty = "-- ==== dirty customer\n-- New records.\nSELECT 2\n";
const std::string check = "-- ==== check holds\nSELECT 0\n";
const std::string leaving = "-- ==== leaving\n-- By dirty customer.\n";

std::string error_of(const std::string& text) {
  const auto file = parse_table_file("strict/steps.sql", text);
  return file ? "no error" : file.error().message;
}

TEST(TableFile, IsReadSectionBySection) {
  const auto file =
      parse_table_file("strict/steps.sql",
                       what + ddl + select + dirty + "-- ==== dirty removed\nSELECT 3\n" + check + leaving);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->what.at("name"), "steps");
  EXPECT_EQ(file->what.at("grain"), "one row a step, counted once");
  EXPECT_EQ(file->ddl, "CREATE TABLE steps (a INTEGER);");
  EXPECT_EQ(file->select, "SELECT 1 AS a");
  ASSERT_EQ(file->dirty.size(), 2U);
  EXPECT_EQ(file->dirty[0].name, "customer");
  EXPECT_EQ(file->dirty[0].sql, "-- New records.\nSELECT 2");
  EXPECT_EQ(file->dirty[1].name, "removed");
  ASSERT_EQ(file->checks.size(), 1U);
  EXPECT_EQ(file->checks[0].sql, "SELECT 0");
  EXPECT_EQ(file->leaving, "-- By dirty customer.");
}

TEST(TableFile, SaysWhyItHasNoRules) {
  const auto file = parse_table_file(
      "f", what + ddl + select + "-- ==== dirty\n-- Recomputed in full.\n" + check + leaving);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->dirty.empty());
}

TEST(TableFile, NamesFileAndLineOfAnUnknownSection) {
  EXPECT_EQ(
      error_of(what + ddl + "-- ==== selct\nSELECT 1\n"),
      "strict/steps.sql:9: unknown section `selct`: it is one of what, ddl, select, dirty, check, leaving");
}

TEST(TableFile, NamesFileAndLineOfAMissingSection) {
  EXPECT_EQ(error_of(what + ddl + dirty + check + leaving),
            "strict/steps.sql:9: section `select` is missing before `dirty`");
  EXPECT_EQ(error_of(what + ddl + select + dirty + check),
            "strict/steps.sql:14: section `leaving` is missing at the end");
  EXPECT_EQ(error_of(""), "strict/steps.sql:1: section `what` is missing at the end");
}

TEST(TableFile, RefusesSectionsOutOfOrderOrTwice) {
  EXPECT_NE(error_of(what + select + ddl + dirty + check + leaving).find(":7: section `ddl` is missing"),
            std::string::npos);
  EXPECT_NE(
      error_of(what + ddl + ddl + select + dirty + check + leaving).find(":9: section `ddl` appears twice"),
      std::string::npos);
  EXPECT_NE(
      error_of(what + ddl + select + dirty + dirty + check + leaving).find("`dirty customer` appears twice"),
      std::string::npos);
  EXPECT_NE(error_of(what + ddl + select + dirty + check + dirty + leaving).find("is missing before `dirty`"),
            std::string::npos);
}

TEST(TableFile, RefusesWhatSaysNothing) {
  EXPECT_EQ(error_of(what + ddl + select + dirty + check + "-- ==== leaving\n"),
            "strict/steps.sql:16: section `leaving` is empty: say why in a comment");
  EXPECT_EQ(error_of(what + ddl + "-- ==== select\n-- later\n" + dirty + check + leaving),
            "strict/steps.sql:9: section `select` has no statement");
  EXPECT_NE(
      error_of(what + ddl + select + "-- ==== dirty\nSELECT 2\n" + check + leaving).find("needs a name"),
      std::string::npos);
  EXPECT_NE(error_of("SELECT 1\n" + what).find("strict/steps.sql:1: a table file must begin with"),
            std::string::npos);
  EXPECT_NE(error_of(what + "-- ==== ddl twice\nCREATE TABLE t (a);\n" + select + dirty + check + leaving)
                .find("takes no name"),
            std::string::npos);
}

TEST(TableFile, StatementsAloneLeavesCommentsAndNothingElseOut) {
  EXPECT_EQ(statements_alone("-- why\nSELECT '--' AS a -- because\n\n  FROM t  \n"),
            "SELECT '--' AS a\n  FROM t\n");
}

}  // namespace
}  // namespace stedi::lakehouse
