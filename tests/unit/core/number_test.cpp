#include "core/record/number.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace stedi {
namespace {

TEST(Number, GrammarIsThatOfJson) {
  for (const char* number : {"0", "-0", "10", "1.5", "-1.50", "1e3", "1E+3", "1.0e-3"}) {
    EXPECT_TRUE(is_json_number(number)) << number;
  }
  for (const char* other :
       {"", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "NaN", "1 ", "--1", "1.2.3"}) {
    EXPECT_FALSE(is_json_number(other)) << other;
  }
}

TEST(Number, IntegralHoweverSpelled) {
  EXPECT_EQ(integral_value("1650000000000"), 1'650'000'000'000);
  EXPECT_EQ(integral_value("1.65e12"), 1'650'000'000'000);
  EXPECT_EQ(integral_value("1650000000000.000"), 1'650'000'000'000);
  EXPECT_EQ(integral_value("16500000000000e-1"), 1'650'000'000'000);
  EXPECT_EQ(integral_value("-0"), 0);
  EXPECT_EQ(integral_value("0e999999999999"), 0);
  EXPECT_EQ(integral_value("-25e2"), -2500);
}

TEST(Number, LimitIsTwoToThe53MinusOne) {
  EXPECT_EQ(integral_value("9007199254740991"), 9'007'199'254'740'991);
  EXPECT_EQ(integral_value("-9007199254740991"), -9'007'199'254'740'991);
  EXPECT_EQ(integral_value("9007199254740992").error(), Reason::out_of_range);
  EXPECT_EQ(integral_value("1e400").error(), Reason::out_of_range);
}

TEST(Number, FractionIsSeenBeyondTheDigitsOfADouble) {
  EXPECT_EQ(integral_value("1650000000000.00000000001").error(), Reason::fractional_time);
  EXPECT_EQ(integral_value("1.5").error(), Reason::fractional_time);
  EXPECT_EQ(integral_value("1e-400").error(), Reason::fractional_time);
}

TEST(Number, FiniteOrNot) {
  EXPECT_EQ(finite_value("1e308"), 1e308);
  EXPECT_EQ(finite_value("1e309"), std::nullopt);
  EXPECT_EQ(finite_value("1e-999"), 0.0);
  EXPECT_FALSE(std::signbit(*finite_value("-0.0")));
}

TEST(Number, NonzeroIsExact) {
  EXPECT_TRUE(is_nonzero("1e-999"));
  EXPECT_TRUE(is_nonzero("-0.5"));
  EXPECT_FALSE(is_nonzero("-0.000e5"));
}

}  // namespace
}  // namespace stedi
