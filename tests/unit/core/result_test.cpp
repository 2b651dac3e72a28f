#include "core/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stedi {
namespace {

Result<int> number(int value) {
  if (value < 0) return usage_error("a negative number");
  return value;
}
Result<void> accept(int value) {
  if (value < 0) return fail("not accepted");
  return {};
}
Result<std::unique_ptr<int>> owned(int value) {
  if (value < 0) return fail("nothing to own");
  return std::make_unique<int>(value);
}
template <typename A, typename B>
Result<std::string> both(A a, B b) {
  return std::to_string(a) + std::to_string(b);
}

TEST(Try, GivesTheValue) {
  const auto sum = [](int a, int b) -> Result<int> {
    const int first = TRY(number(a));
    return first + TRY(number(b));
  };
  EXPECT_EQ(sum(3, 4).value(), 7);
}

TEST(Try, PassesTheFailureOnAsItIs) {
  const auto text = [](int value) -> Result<std::string> { return std::to_string(TRY(number(value))); };
  const auto failed = text(-1);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().fault, Fault::usage);
  EXPECT_EQ(failed.error().message, "a negative number");
}

TEST(Try, GoesOnAfterAVoidResultAndStopsAtItsFailure) {
  int reached = 0;
  const auto steps = [&reached](int value) -> Result<void> {
    TRY(accept(1));
    ++reached;
    TRY(accept(value));
    ++reached;
    return {};
  };
  EXPECT_TRUE(steps(2));
  EXPECT_EQ(reached, 2);
  EXPECT_FALSE(steps(-2));
  EXPECT_EQ(reached, 3);
}

TEST(Try, StandsAloneAsTheBodyOfALoopOrBranch) {
  const auto all = [](const std::vector<int>& values) -> Result<int> {
    for (const int value : values) TRY(accept(value));
    if (values.empty())
      TRY(accept(-1));
    else
      TRY(accept(1));
    return 0;
  };
  EXPECT_TRUE(all({1, 2}));
  EXPECT_FALSE(all({1, -2}));
  EXPECT_FALSE(all({}));
}

TEST(Try, HandsOnWhatCanOnlyBeMoved) {
  const auto moved = [](int value) -> Result<std::unique_ptr<int>> {
    auto mine = TRY(owned(value));
    *mine += *TRY(owned(10));
    return mine;
  };
  EXPECT_EQ(*moved(1).value(), 11);
  EXPECT_EQ(moved(-1).error().message, "nothing to own");
}

TEST(Try, TakesTheValueOutOfAVariableThatIsMovedIn) {
  const auto twice = []() -> Result<int> {
    auto kept = owned(21);
    const auto value = TRY(std::move(kept));
    return *value * 2;
  };
  EXPECT_EQ(twice().value(), 42);
}

TEST(Try, StandsWithinAnotherAndReturnsFromTheLambdaAroundIt) {
  const auto nested = [](int value) -> Result<int> {
    const auto doubled = [](int inner) -> Result<int> { return TRY(number(inner)) * 2; };
    return TRY(number(TRY(number(value)) + doubled(-1).value_or(100)));
  };
  EXPECT_EQ(nested(5).value(), 105);
  EXPECT_EQ(nested(-5).error().message, "a negative number");
}

TEST(Try, TakesAnExpressionWithCommasOutsideParentheses) {
  const auto joined = []() -> Result<std::string> { return TRY(both<int, long>(1, 2L)); };
  EXPECT_EQ(joined().value(), "12");
}

TEST(Try, CarriesAnotherKindOfErrorToo) {
  using Digit = tl::expected<int, char>;
  const auto digit = [](char c) -> Digit {
    if (c < '0' || c > '9') return tl::unexpected(c);
    return c - '0';
  };
  const auto pair = [&digit](char a, char b) -> Digit { return TRY(digit(a)) * 10 + TRY(digit(b)); };
  EXPECT_EQ(pair('4', '2').value(), 42);
  EXPECT_EQ(pair('4', 'x').error(), 'x');
}

// Counts those that live, to see that a failure on the way destroys what it leaves behind.
struct Counted {
  explicit Counted(int* alive) : alive_(alive) { ++*alive_; }
  Counted(const Counted& other) : alive_(other.alive_) { ++*alive_; }
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive_; }
  int* alive_;
};

TEST(Try, DestroysTheOtherArgumentsOfACallThatItLeaves) {
  int alive = 0;
  const auto take = [](const Counted&, int value) { return value; };
  const auto call = [&](int value) -> Result<int> { return take(Counted(&alive), TRY(number(value))); };
  EXPECT_EQ(call(3).value(), 3);
  EXPECT_FALSE(call(-3));
  EXPECT_EQ(alive, 0);
}

TEST(TryIn, PutsWhereItHappenedInFront) {
  int described = 0;
  const auto where = [&described] {
    ++described;
    return std::string("import a.json");
  };
  const auto import = [&](int value) -> Result<int> {
    TRY_IN(where(), accept(1));
    return TRY_IN(where(), number(value));
  };
  EXPECT_EQ(import(6).value(), 6);
  EXPECT_EQ(described, 0);  // a success needs no words
  const auto failed = import(-6);
  EXPECT_EQ(failed.error().message, "import a.json: a negative number");
  EXPECT_EQ(failed.error().fault, Fault::usage);
}

}  // namespace
}  // namespace stedi
