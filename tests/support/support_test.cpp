#include <gtest/gtest.h>

#include "tests/support/mosquitto.hpp"
#include "tests/support/network.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::test {
namespace {

TEST(Process, CapturesOutputErrorAndExitStatus) {
  const Output output = run({"sh", "-c", "cat; echo bad >&2; echo $COLOUR; exit 7"},
                            {.environment = {{"COLOUR", "green"}}, .input = "in\n"});
  EXPECT_EQ(output.exit_status, 7);
  EXPECT_EQ(output.standard_output, "in\ngreen\n");
  EXPECT_EQ(output.standard_error, "bad\n");
}

TEST(Process, TellsASignalFromAnExitStatus) {
  Process process({"sh", "-c", "echo up; exec sleep 1000"});
  ASSERT_TRUE(process.prints("up"));
  EXPECT_TRUE(process.running());
  process.send_signal(SIGTERM);
  const auto ending = process.wait();
  ASSERT_TRUE(ending.has_value());
  EXPECT_EQ(ending->signal, SIGTERM);
  EXPECT_EQ(ending->exit_status, std::nullopt);
}

TEST(Process, IsKilledOnDestruction) {
  pid_t pid = -1;
  {
    const Process process({"sleep", "1000"});
    pid = process.pid();
  }
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST(Process, RefusesAProgramThatIsNotThere) {
  EXPECT_THROW(Process({"no-such-program-here"}), std::runtime_error);
}

TEST(Mosquitto, AcceptsConnectionsAndComesBackOnTheSamePort) {
  Mosquitto broker;
  EXPECT_TRUE(accepts_connections(broker.port()));
  broker.kill_now();
  EXPECT_FALSE(accepts_connections(broker.port()));
  broker.start();
  EXPECT_TRUE(accepts_connections(broker.port()));
}

TEST(TempDir, IsRemovedWithItsContent) {
  std::filesystem::path path;
  {
    const TempDir folder;
    path = folder.path();
    write_text(folder / "file", "text");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(HttpGet, SaysSoWhenNobodyAnswers) {
  EXPECT_FALSE(http_get(free_port(), "/").has_value());
}

}  // namespace
}  // namespace stedi::test
