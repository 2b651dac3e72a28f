// What the fuzz target spool_file (tests/fuzz) has found.
#include <gtest/gtest.h>

#include "firmware_sim/spool/spool.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

using stedi::test::read_text;
using stedi::test::TempDir;
using stedi::test::write_text;

const SpoolOwner owner{"data set", ""};

const SystemClock system_clock;

void accept_a_batch(Spool& spool) {
  const auto device = spool.device_id(DeviceKind::phone, "a@example.com");
  ASSERT_TRUE(device);
  ASSERT_TRUE(spool.seal(*device, Stream::accelerometer, std::vector<std::string>{"{}"}));
  ASSERT_TRUE(spool.commit());
}

// A spool with a batch in its file and another one in its log, as a kill leaves it.
void make_killed_spool(const std::filesystem::path& from, const std::filesystem::path& to) {
  {
    auto spool = Spool::open(from, owner, system_clock);
    ASSERT_TRUE(spool);
    accept_a_batch(**spool);
  }
  auto spool = Spool::open(from, owner, system_clock);
  ASSERT_TRUE(spool);
  accept_a_batch(**spool);
  std::filesystem::create_directories(to);
  for (const char* name : {"spool.db", "spool.db-wal"}) write_text(to / name, read_text(from / name));
}

// The message said that a damaged spool is left as it is, while closing it moved the log into the file.
TEST(SpoolRegress, ARefusedSpoolsLogIsLeftAsItIs) {
  const TempDir dir;
  make_killed_spool(dir / "from", dir / "to");
  const std::string log = read_text(dir / "to" / "spool.db-wal");
  ASSERT_FALSE(log.empty());
  const std::string torn = read_text(dir / "to" / "spool.db").substr(0, 68);
  write_text(dir / "to" / "spool.db", torn);
  ASSERT_FALSE(Spool::open(dir / "to", owner, system_clock));
  EXPECT_EQ(read_text(dir / "to" / "spool.db"), torn);
  EXPECT_EQ(read_text(dir / "to" / "spool.db-wal"), log);
}

}  // namespace
}  // namespace stedi::firmware
