#include "lakehouse/import/value_scanner.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stedi::landing {
namespace {

using Values = std::vector<std::string_view>;

TEST(ValueScanner, ValuesStandHoweverTheyAreSeparated) {
  const Values both = {R"({"a":1})", R"({"b":2})"};
  for (const char* text :
       {"{\"a\":1}\n{\"b\":2}\n", "{\"a\":1},\n{\"b\":2},\n", R"({"a":1}{"b":2})", R"({"a":1} , {"b":2})",
        R"([{"a":1},{"b":2}])", "[\n{\"a\":1}\n,{\"b\":2}\n]\n", R"([{"a":1},,{"b":2},])",
        R"([{"a":1}][{"b":2}])", "\v{\"a\":1}\f\r\n\r\n{\"b\":2}"}) {
    EXPECT_EQ(values_of(text), both) << text;
  }
  for (const char* nothing : {"", " \n\t", "[]", "[ ]\n,"})
    EXPECT_TRUE(values_of(nothing).empty()) << nothing;
}

TEST(ValueScanner, AValueEndsWithTheBraceThatClosesItsFirst) {
  for (const std::string value :
       {R"({})", R"({"a":{"b":[{},[1,{"c":null}]]}})", R"({"a":"}{,\"}{"})", R"({"a":"\\"})",
        "{\n  \"a\": [\n    {\n      \"b\": 1\n    },\n    {\n      \"c\": 2\n    }\n  ]\n}", R"({"a":1,})",
        "{\n\"a\": {\n\"b\": [1,\n2]\n}\n}"}) {
    EXPECT_EQ(values_of(value + value), (Values{value, value})) << value;
    EXPECT_EQ(values_of("[" + value + ",\n" + value + "]"), (Values{value, value})) << value;
  }
}

TEST(ValueScanner, WhatIsSpoiledTakesNoNeighbourAlong) {
  const std::string good = R"({"good":1})";
  for (const std::string bad :
       {R"({"a":1)", R"({"a":)", R"({"a)", R"({"a":"b)", R"({)", R"({"a":{"b":1})", R"({"a":[1,2)", "bad",
        "1", R"("text")", R"({"a":1}})", R"({"a":1} x)", R"({a:1})", R"({"a":"b"c"})", R"({"a" 1})",
        R"({"a":1]})", "\xff{}", R"(x{"a":1})"}) {
    EXPECT_EQ(values_of(bad + "\n" + good + "\n" + bad + "\n" + good), (Values{bad, good, bad, good})) << bad;
    EXPECT_EQ(values_of(good + ",\n" + bad + "\n," + good), (Values{good, bad, good})) << bad;
  }
}

TEST(ValueScanner, OnOneLineASpoiledValueEndsBeforeTheNextRecord) {
  const std::string good = R"({"good":1})";
  for (const std::string bad : {R"({"a":"b"c","d":1})", R"({"a" 1})", R"({a:1})", R"({"a":1]})"}) {
    EXPECT_EQ(values_of(good + bad + good + bad + good).size(), 5U) << bad;
    EXPECT_EQ(values_of("[" + good + "," + bad + "," + good + "]").size(), 3U) << bad;
  }
  EXPECT_EQ(values_of("[" + good + ",x," + good + "]"), (Values{good, "x", good}));
  EXPECT_EQ(values_of(good + " x" + good + "," + good), (Values{good + " x" + good, good}));
}

TEST(ValueScanner, OverSeveralLinesASpoiledValueIsOne) {
  const std::string good = "{\n  \"good\": 1\n}";
  for (const std::string bad : {"{\n  \"a\": \"b\"c\",\n  \"d\": 1\n}", "{\n  \"a\": \"b,\n  \"d\": 1\n}",
                                "{\n  \"a\": 1\n  \"b\": [\n    {\n      \"c\": 2\n    }\n  ]\n}"}) {
    EXPECT_EQ(values_of(good + "\n" + bad + "\n" + good), (Values{good, bad, good})) << bad;
    EXPECT_EQ(values_of("[\n" + good + ",\n" + bad + ",\n" + good + "\n]"), (Values{good, bad, good})) << bad;
  }
  const std::string cut = "{\n  \"a\": 1";
  EXPECT_EQ(values_of(cut + "\n" + good), (Values{cut, good}));
}

TEST(ValueScanner, TextInPiecesEndsWhereItWouldAsAWhole) {
  for (const std::string text :
       {"{\n  \"a\": [1, {\"b\": \"\\\"}\"}]\n}\n{", "{\"a\":\n{\"b\":1}", "{\"a\":1]},{\"b\":1}"}) {
    const auto whole = ValueScanner::of_value(0).find_end(text);
    ASSERT_TRUE(whole);
    for (std::size_t cut = 0; cut <= *whole; ++cut) {
      auto scanner = ValueScanner::of_value(0);
      auto end = scanner.find_end(std::string_view(text).substr(0, cut));
      if (!end) end = cut + *scanner.find_end(std::string_view(text).substr(cut));
      EXPECT_EQ(end, whole) << text << " cut at " << cut;
    }
  }
}

}  // namespace
}  // namespace stedi::landing
