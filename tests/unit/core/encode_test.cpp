#include "core/record/encode.hpp"

#include <gtest/gtest.h>

namespace stedi {
namespace {

TEST(Encode, ReadingInTheSeedsOrder) {
  const AccelerometerReading reading{"a@example.com", 1655564444103, 1, -0.25, 1e-7, R"({"note":1})"};
  EXPECT_EQ(encode(reading),
            R"({"user":"a@example.com","timestamp":1655564444103,"x":1,"y":-0.25,"z":1e-07,"note":1})");
}

TEST(Encode, PairingToNobodyIsAnExplicitNull) {
  EXPECT_EQ(encode(PairingEvent{"s", std::nullopt, 5, ""}),
            R"({"serialNumber":"s","email":null,"timestamp":5})");
}

TEST(CanonicalBytes, GoByIdentityAndLeaveAbsentFieldsOut) {
  CustomerRecord record;
  record.email = " Ann@Example.com ";
  record.serial_number = " s1 ";
  record.last_update_ms = 7;
  EXPECT_EQ(canonical_bytes(record), R"({"email":"ann@example.com","serialNumber":"s1","lastUpdateDate":7})");
  record.serial_number = "  ";
  EXPECT_EQ(canonical_bytes(record), R"({"email":"ann@example.com","lastUpdateDate":7})");
}

}  // namespace
}  // namespace stedi
