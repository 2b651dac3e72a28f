// The units that are shipped: systemd accepts them, and they start programs that are there.
#include <gtest/gtest.h>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi {
namespace {

void expect_valid(const std::string& name, const std::string& program) {
  ASSERT_TRUE(test::find_program("systemd-analyze")) << "run tools/install";
  const test::TempDir files;
  std::string unit = test::read_text(STEDI_SOURCE_DIR "/config/systemd/" + name);
  const std::string installed = "/usr/bin/" + program;
  ASSERT_NE(unit.find(installed), std::string::npos);
  unit.replace(unit.find(installed), installed.size(), std::string(STEDI_PROGRAM_DIR) + "/" + program);
  test::write_text(files / name, unit);
  const auto verified = test::run({"systemd-analyze", "verify", "--man=no", (files / name).string()});
  EXPECT_EQ(verified.exit_status, 0) << verified.standard_error;
  EXPECT_EQ(verified.standard_error.find(name + ":"), std::string::npos) << verified.standard_error;
}

TEST(SystemdUnit, OfTheGatewayIsValid) {
  expect_valid("stedi-gateway.service", "stedi-gateway");
}

TEST(SystemdUnit, OfWatchIsValid) {
  expect_valid("stedi-watch.service", "stedi-lakehouse");
}

}  // namespace
}  // namespace stedi
