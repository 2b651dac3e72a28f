#include "core/config/config_table.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.hpp"

namespace stedi {
namespace {

ConfigTable parsed(std::string_view text) {
  auto table = ConfigTable::parse(text, "f.toml");
  EXPECT_TRUE(table) << table.error().message;
  return std::move(*table);
}

std::string error_of(ConfigTable& table) {
  const auto finished = table.finish();
  if (finished) return "";
  EXPECT_EQ(finished.error().fault, Fault::usage);
  return finished.error().message;
}

TEST(ConfigTable, ReadsEveryType) {
  auto table =
      parsed("t = 'x'\ni = -3\nn = 2.5\nm = 2\nb = true\nl = ['a', 'b']\n[s]\nk = 1\n[[a]]\n[[a]]\nq = 2");
  EXPECT_TRUE(table.has("t"));
  EXPECT_FALSE(table.has("u"));
  EXPECT_EQ(table.text("t", ""), "x");
  EXPECT_EQ(table.integer("i", 0, -10, 10), -3);
  EXPECT_EQ(table.number("n", 0, 0, 10), 2.5);
  EXPECT_EQ(table.number("m", 0, 0, 10), 2);
  EXPECT_TRUE(table.flag("b", false));
  EXPECT_EQ(table.texts("l"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(table.table("s").integer("k", 0, 0, 1), 1);
  auto tables = table.tables("a");
  ASSERT_EQ(tables.size(), 2u);
  EXPECT_EQ(tables[1].integer("q", 0, 0, 9), 2);
  EXPECT_EQ(error_of(table), "");
}

TEST(ConfigTable, AbsentKeysGiveTheFallback) {
  auto table = parsed("");
  EXPECT_EQ(table.text("t", "x"), "x");
  EXPECT_EQ(table.integer("i", 7, 0, 9), 7);
  EXPECT_EQ(table.number("n", 1.5, 0, 9), 1.5);
  EXPECT_TRUE(table.flag("b", true));
  EXPECT_TRUE(table.texts("l").empty());
  EXPECT_EQ(table.table("s").text("k", "y"), "y");
  EXPECT_TRUE(table.tables("a").empty());
  EXPECT_EQ(error_of(table), "");
}

TEST(ConfigTable, AnUnknownKeyIsRefusedByItsDottedName) {
  auto table = parsed("a = 1\n[s]\nknown = 1\ntypo = 2\n");
  table.integer("a", 0, 0, 9);
  auto child = table.table("s");
  child.integer("known", 0, 0, 9);
  EXPECT_EQ(error_of(table), "f.toml:4: s.typo: unknown key");
}

TEST(ConfigTable, AnUnknownTableIsRefused) {
  auto table = parsed("[typo]\nx = 1\n");
  EXPECT_EQ(error_of(table), "f.toml:1: typo: unknown key");
}

TEST(ConfigTable, AWrongTypeNamesFileKeyAndTheExpectedType) {
  auto table = parsed("[s]\ni = 'x'\n");
  table.table("s").integer("i", 0, 1, 9);
  EXPECT_EQ(error_of(table), "f.toml:2: s.i: expected an integer from 1 to 9, is a string");

  auto text = parsed("t = 1");
  text.text("t", "");
  EXPECT_EQ(error_of(text), "f.toml:1: t: expected a string, is an integer");

  auto flag = parsed("b = 1");
  flag.flag("b", false);
  EXPECT_EQ(error_of(flag), "f.toml:1: b: expected a boolean (true or false), is an integer");

  auto whole = parsed("i = 1.5");
  whole.integer("i", 0, 0, 9);
  EXPECT_EQ(error_of(whole), "f.toml:1: i: expected an integer from 0 to 9, is a number");

  auto list = parsed("l = ['a', 1]");
  list.texts("l");
  EXPECT_EQ(error_of(list), "f.toml:1: l: expected an array that holds only strings, is an array");

  auto scalar = parsed("s = 1");
  scalar.table("s");
  EXPECT_EQ(error_of(scalar), "f.toml:1: s: expected a table, is an integer");

  auto array = parsed("a = [1]");
  array.tables("a");
  EXPECT_EQ(error_of(array), "f.toml:1: a: expected an array that holds only tables, is an array");
}

TEST(ConfigTable, ValuesAtTheLimitsPassAndBeyondThemFail) {
  auto table = parsed("a = 1\nb = 9\nc = 10");
  EXPECT_EQ(table.integer("a", 5, 1, 9), 1);
  EXPECT_EQ(table.integer("b", 5, 1, 9), 9);
  EXPECT_EQ(table.integer("c", 5, 1, 9), 5);
  EXPECT_EQ(error_of(table), "f.toml:3: c: expected an integer from 1 to 9 (not 10), is an integer");
  auto number = parsed("n = nan");
  number.number("n", 0, 0, 1);
  EXPECT_NE(error_of(number), "");
}

TEST(ConfigTable, TheFirstErrorIsReportedBeforeUnknownKeys) {
  auto table = parsed("typo = 1\na = 'x'\n");
  table.integer("a", 0, 0, 9);
  EXPECT_NE(error_of(table).find(": a: "), std::string::npos);
}

TEST(ConfigTable, ACallerCanReject) {
  auto table = parsed("[s]\nurl = 'x'\n");
  table.table("s").reject("url", "a broker URL");
  EXPECT_EQ(error_of(table), "f.toml:2: s.url: expected a broker URL, is a string");
}

TEST(ConfigTable, KeysComeInTheOrderOfTheFile) {
  EXPECT_EQ(parsed("z = 1\na = 2\nm = 3\n").keys(), (std::vector<std::string>{"z", "a", "m"}));
}

TEST(ConfigTable, WhatIsNoTomlNamesItsLine) {
  const auto table = ConfigTable::parse("a = 1\nb = = 2\n", "f.toml");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().fault, Fault::usage);
  EXPECT_EQ(table.error().message.find("f.toml:2: not valid TOML: "), 0u) << table.error().message;
}

TEST(ConfigTable, AFileThatCannotBeReadIsAUsageError) {
  const test::TempDir files;
  for (const auto& file : {files / "absent.toml", files.path()}) {
    const auto table = ConfigTable::load(file);
    ASSERT_FALSE(table);
    EXPECT_EQ(
        table.error().message,
        file.string() + ": cannot be read: check that the file exists and that this account may read it");
    EXPECT_EQ(table.error().fault, Fault::usage);
  }
}

}  // namespace
}  // namespace stedi
