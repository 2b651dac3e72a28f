// The real data set, by path: it never enters the repository.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace stedi::test {

// $STEDI_DATA, else ../shared/data/stedi beside the source tree; nullopt when there is no customer/landing in
// it.
std::optional<std::filesystem::path> stedi_data();

inline constexpr const char* no_data_message =
    "the real data set is not there: set STEDI_DATA to the folder that holds customer/, accelerometer/ and "
    "step_trainer/";

}  // namespace stedi::test

// Ends the test (or SetUp) when the data set is absent: fails under CI, is skipped elsewhere.
#define STEDI_REQUIRE_DATA()                          \
  do {                                                \
    if (!stedi::test::stedi_data()) {                 \
      if (std::getenv("CI") != nullptr) {             \
        GTEST_FAIL() << stedi::test::no_data_message; \
      }                                               \
      GTEST_SKIP() << stedi::test::no_data_message;   \
    }                                                 \
  } while (false)
