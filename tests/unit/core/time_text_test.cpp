#include "core/time_text.hpp"

#include <gtest/gtest.h>

namespace stedi {
namespace {

constexpr std::int64_t afternoon_ms = 1'655'561'935'999;

TEST(TimeText, SaysTheSecondInUtc) {
  EXPECT_EQ(utc_text(afternoon_ms), "2022-06-18T14:18:55Z");
  EXPECT_EQ(utc_time_of_day(afternoon_ms), "14:18:55");
  EXPECT_EQ(utc_for_file_names(afternoon_ms), "20220618T141855Z");
  EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
}

}  // namespace
}  // namespace stedi
