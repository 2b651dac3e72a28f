#include "gateway/roles.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/config/roles_dir.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::gateway {
namespace {

struct RolesTest : testing::Test {
  test::TempDir dir;
  ManualClock clock{SystemClock().wall_ms()};
  Roles roles{{"shop"}, dir / "roles.d", clock};

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories(dir / "roles.d");
    test::write_text(dir / "roles.d" / name, text);
    using enum std::filesystem::perms;  // whatever our umask is
    std::filesystem::permissions(dir / "roles.d" / name, owner_read | owner_write | group_read | others_read);
  }
};

TEST_F(RolesTest, TheConfiguredSpeakForEveryoneAndNobodyElse) {
  EXPECT_TRUE(roles.speaks_for_everyone("shop"));
  EXPECT_FALSE(roles.speaks_for_everyone("app"));
  EXPECT_FALSE(roles.speaks_for_everyone(""));
}

TEST_F(RolesTest, AFileThatAppearsIsHonouredAtOnce) {
  EXPECT_FALSE(roles.speaks_for_everyone("a"));
  write("one.toml", "website = ['a']");
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
  write("two.toml", "website = ['b', 'c']");
  EXPECT_TRUE(roles.speaks_for_everyone("c"));
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
}

TEST_F(RolesTest, AFileThatIsRewrittenWithinOneTickOfTheClockIsHonoured) {
  write("one.toml", "website = ['a']");
  EXPECT_FALSE(roles.speaks_for_everyone("b"));
  write("one.toml", "website = ['b']");  // same size, perhaps the same time stamp
  EXPECT_TRUE(roles.speaks_for_everyone("b"));
}

TEST_F(RolesTest, AGrantThatIsTakenBackEnds) {
  write("one.toml", "website = ['a']");
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
  std::filesystem::remove(dir / "roles.d/one.toml");
  clock.advance_ms(1'000);
  EXPECT_FALSE(roles.speaks_for_everyone("a"));
}

TEST_F(RolesTest, MalformedAndHalfWrittenFilesAreSkipped) {
  write("half.toml", "website = ['x', 'y");
  write("type.toml", "website = 'x'");
  write("typo.toml", "websites = ['x']");
  write("note.txt", "website = ['x']");
  write("good.toml", "website = ['a']");
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
  EXPECT_FALSE(roles.speaks_for_everyone("x"));
}

TEST_F(RolesTest, AFileThatOthersOrItsGroupCanWriteIsSkipped) {
  for (const auto writers : {std::filesystem::perms::others_write, std::filesystem::perms::group_write}) {
    Roles strict({}, dir / "roles.d", clock);
    write("open.toml", "website = ['a']");
    std::filesystem::permissions(dir / "roles.d/open.toml", writers, std::filesystem::perm_options::add);
    EXPECT_FALSE(strict.speaks_for_everyone("a"));
  }
  write("open.toml", "website = ['a']");
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
}

TEST_F(RolesTest, FilesAboveTheLimitsAreSkipped) {
  const std::string grant = "website = ['a']\n";
  write("a.toml", grant + "#" + std::string(max_roles_file_bytes - grant.size(), 'x'));
  EXPECT_FALSE(roles.speaks_for_everyone("a"));
  write("a.toml", grant + "#" + std::string(max_roles_file_bytes - grant.size() - 1, 'x'));
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
}

TEST_F(RolesTest, AFileOfTheFutureIsNotReadAgainForEveryMessage) {
  const auto future = std::filesystem::file_time_type::clock::now() + std::chrono::hours(1'000);
  const auto write_in_the_future = [&](const std::string& text) {
    write("one.toml", text);
    std::filesystem::last_write_time(dir / "roles.d/one.toml", future);
  };
  write_in_the_future("website = ['a']");
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
  clock.advance_ms(10'000);
  write_in_the_future("website = ['b']");  // a change that nothing shows
  EXPECT_FALSE(roles.speaks_for_everyone("b"));
  write("two.toml", "website = ['c']");
  EXPECT_TRUE(roles.speaks_for_everyone("b")) << "what shows is read at once, and all with it";
}

TEST_F(RolesTest, FilesBeyondTheLimitAreNotReadAndTheLogSaysSo) {
  for (std::size_t i = 0; i < max_roles_files; ++i) write("f" + std::to_string(10'000 + i) + ".toml", "");
  write("z.toml", "website = ['a']");
  testing::internal::CaptureStdout();
  EXPECT_FALSE(roles.speaks_for_everyone("a"));
  EXPECT_FALSE(roles.speaks_for_everyone("a"));
  const std::string log = testing::internal::GetCapturedStdout();
  const auto first = log.find("only the first 1000");
  EXPECT_NE(first, std::string::npos) << log;
  EXPECT_EQ(log.find("only the first 1000", first + 1), std::string::npos) << "once";
  std::filesystem::remove(dir / "roles.d/f10000.toml");
  EXPECT_TRUE(roles.speaks_for_everyone("a"));
}

TEST(RolesWithoutFolder, OnlyTheConfiguredSpeakForEveryone) {
  const SystemClock clock;
  Roles roles({"shop"}, std::nullopt, clock);
  EXPECT_TRUE(roles.speaks_for_everyone("shop"));
  EXPECT_FALSE(roles.speaks_for_everyone("app"));
}

// Sets or unsets a variable of the environment for a scope.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    set(value);
  }
  ~Variable() { set(old_ ? old_->c_str() : nullptr); }

 private:
  void set(const char* value) { value == nullptr ? ::unsetenv(name_) : ::setenv(name_, value, 1); }
  const char* name_;
  std::optional<std::string> old_;
};

TEST(DefaultRolesDir, TheFirstThatIsSetOfVariableStateHomeAndHome) {
  const Variable home("HOME", "/h");
  const Variable state("XDG_STATE_HOME", "/s");
  const Variable dir("STEDI_ROLES_DIR", "/r");
  EXPECT_EQ(default_roles_dir(), "/r");
  const Variable no_dir("STEDI_ROLES_DIR", "");
  EXPECT_EQ(default_roles_dir(), "/s/stedi-edge/roles.d");
  const Variable no_state("XDG_STATE_HOME", nullptr);
  EXPECT_EQ(default_roles_dir(), "/h/.local/state/stedi-edge/roles.d");
  const Variable no_home("HOME", nullptr);
  EXPECT_TRUE(default_roles_dir().is_absolute());
  EXPECT_TRUE(default_roles_dir().string().ends_with("/.local/state/stedi-edge/roles.d"));
}

}  // namespace
}  // namespace stedi::gateway
