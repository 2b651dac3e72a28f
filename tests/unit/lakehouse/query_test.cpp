#include "lakehouse/answers/query.hpp"

#include <nlohmann/json.hpp>

#include "tests/unit/lakehouse/store_fixture.hpp"

namespace stedi::lakehouse {
namespace {

class Query : public StoreFixture {
 protected:
  Query() {
    land_person("ann@example.com", "S1");
    land(MovementRow{.at = noon + 1});
  }
  Result<std::string> ask(const std::string& sql, Format format = Format::csv) {
    std::string out;
    TRY(query(
        store_, Profile::strict, sql, format,
        [&](std::string_view bytes) {
          out += bytes;
          return true;
        },
        clock_));
    return out;
  }
  void expect_refused(const std::string& sql) {
    const auto answer = ask(sql);
    ASSERT_FALSE(answer) << sql;
    EXPECT_EQ(exit_status(answer.error().fault), 1) << sql;
  }
};

TEST_F(Query, SeesZonesAndLandingViews) {
  run();
  EXPECT_EQ(*ask("SELECT COUNT(*) AS n FROM accelerometer_trusted"), "n\n1\n");
  EXPECT_EQ(*ask("SELECT COUNT(*) AS n FROM accelerometer_landing"), "n\n1\n");
  EXPECT_EQ(*ask("SELECT COUNT(*) AS n FROM quarantine"), "n\n0\n");
}

TEST_F(Query, SeesTheCatalog) {
  run();
  EXPECT_EQ(*ask("SELECT row_count FROM catalog_table WHERE table_name = 'accelerometer_trusted'"),
            "row_count\n1\n");
  EXPECT_EQ(*ask("SELECT COUNT(DISTINCT table_name) = COUNT(*) AS once FROM catalog_run"), "once\n1\n");
}

TEST_F(Query, WithoutZonesSeesLandingAloneAndSaysWhatIsMissing) {
  EXPECT_EQ(*ask("SELECT COUNT(*) AS n FROM customer_landing"), "n\n1\n");
  const auto answer = ask("SELECT * FROM customer_trusted");
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("stedi-lakehouse run"), std::string::npos);
}

TEST_F(Query, RefusesEverythingButOneQuestion) {
  run();
  for (const std::string sql :
       {"DELETE FROM customer_trusted_rows", "ATTACH '/tmp/other.db' AS other",
        "PRAGMA journal_mode = DELETE", "/* a */ -- b\n PRAGMA user_version", "BEGIN",
        "VACUUM INTO '/tmp/copy.db'", "SELECT 1; SELECT 2", "WITH a AS (SELECT 1) DELETE FROM cursor",
        "CREATE TEMP TABLE t (a)", "SELEC 1", "EXPLAIN SELECT 1; DROP TABLE cursor"}) {
    expect_refused(sql);
  }
  EXPECT_EQ(count("customer_trusted"), 1);
}

TEST_F(Query, NoQuestionIsAUsageError) {
  for (const std::string sql : {"", " \n", "  -- nothing", "/* nothing */ ;"}) {
    const auto answer = ask(sql);
    ASSERT_FALSE(answer) << sql;
    EXPECT_EQ(exit_status(answer.error().fault), 2) << sql;
  }
}

TEST_F(Query, AcceptsCommentsAndATrailingSemicolon) {
  run();
  EXPECT_EQ(*ask("-- how many\n/* of them */ select 1 as n ; -- thanks"), "n\n1\n");
}

TEST_F(Query, NeverShowsAWithdrawnPerson) {
  run();
  land(EventRow{.action = "withdraw", .at = noon + 10});
  EXPECT_EQ(*ask("SELECT email FROM customer_trusted"), "email\n");
}

TEST_F(Query, ShowsNothingWhenConsentCannotBeApplied) {
  run();
  land(EventRow{.action = "withdraw", .at = noon + 10});
  std::filesystem::remove_all(store_.keys_dir);
  const auto answer = ask("SELECT email FROM customer_trusted");
  ASSERT_FALSE(answer);
}

TEST_F(Query, SqlErrorsFail) {
  run();
  expect_refused("SELECT no_such_column FROM customer_trusted");
}

TEST_F(Query, WritesValuesAsTheyAre) {
  EXPECT_EQ(*ask("SELECT 1 AS a, 1.0 AS b, NULL AS c, 'x,\"y\"' AS d, '' AS e"),
            "a,b,c,d,e\n1,1.0,,\"x,\"\"y\"\"\",\"\"\n");
  EXPECT_EQ(*ask("SELECT 1 AS a, 0.1 AS b, NULL AS c, 'é\"' AS d", Format::json),
            "[\n{\"a\":1,\"b\":0.1,\"c\":null,\"d\":\"é\\\"\"}\n]\n");
  EXPECT_EQ(*ask("SELECT 1 AS a WHERE 0", Format::json), "[]\n");
  EXPECT_EQ(*ask("SELECT 'é' AS name, 12 AS n", Format::table), "name  n\n----  --\né     12\n");
}

TEST_F(Query, TablesOfManyRowsAreWrittenWhole) {
  const auto answer =
      ask("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2500) SELECT i FROM n",
          Format::table);
  ASSERT_TRUE(answer);
  EXPECT_EQ(std::ranges::count(*answer, '\n'), 2502);
}

}  // namespace
}  // namespace stedi::lakehouse
