// Kills, full disks and damaged files: what was committed is there, nothing else is, and nothing is
// overwritten.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <set>

#include "core/digest/digest.hpp"
#include "firmware_sim/spool/spool.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

using stedi::test::read_text;
using stedi::test::TempDir;
using stedi::test::write_text;

const SpoolOwner owner{"data set", ""};

Result<std::unique_ptr<Spool>> open_spool(const std::filesystem::path& folder,
                                          const SpoolOptions& options = {}) {
  static const SystemClock clock;
  return Spool::open(folder, owner, clock, options);
}

std::vector<std::string> some_records(std::int64_t number) {
  const auto bytes = static_cast<std::size_t>(number * 37 % 9'000);
  return {"{\"n\":" + std::to_string(number) + ",\"text\":\"" + std::string(bytes, 'x') + "\"}"};
}

// What a spool without a clock of its own says of itself, for messages.
std::string message_of(const Result<std::unique_ptr<Spool>>& spool) {
  return spool ? "it opened" : spool.error().message;
}

// ---- kill -9

// Seals and deletes until it is killed. Says on `out`: "c ID BOOT SEQ HASH" once a batch is committed, "r ID"
// before a delete, "d ID" after it.
[[noreturn]] void seal_and_delete_for_ever(const std::filesystem::path& folder, int out) {
  const auto say = [out](const std::string& line) {
    if (::write(out, line.data(), line.size()) < 0) ::_exit(2);
  };
  SpoolOptions options;
  options.accepted_log = folder / "accepted.log";
  auto spool = open_spool(folder, options);
  if (!spool) ::_exit(3);
  const std::string device = *(*spool)->device_id(DeviceKind::phone, "a@example.com");
  std::vector<BatchId> here;
  for (std::int64_t number = 1;; ++number) {
    for (std::int64_t i = 0; i < number % 4; ++i)
      if (!(*spool)->seal(device, Stream::accelerometer, some_records(number * 10 + i))) ::_exit(4);
    if (!(*spool)->commit()) ::_exit(5);
    const SpoolChanges changes = (*spool)->take_changes();
    for (const SealedBatch& batch : changes.accepted) {
      here.push_back(batch.id);
      say("c " + std::to_string(batch.id) + " " + batch.boot + " " + std::to_string(batch.seq) + " " +
          hex(sha256(*(*spool)->payload(batch.id))) + "\n");
    }
    if (number % 3 != 0 || here.empty()) continue;
    const BatchId id = here[static_cast<std::size_t>(number) % here.size()];
    std::erase(here, id);
    say("r " + std::to_string(id) + "\n");
    if (!(*spool)->remove(std::vector<BatchId>{id})) ::_exit(6);
    say("d " + std::to_string(id) + "\n");
  }
}

struct Account {
  std::map<BatchId, std::string> committed;  // "BOOT SEQ HASH"
  std::set<BatchId> asked;                   // to be deleted
  std::set<BatchId> deleted;
  int lines = 0;
};

void read_line(const std::string& line, Account& account) {
  ++account.lines;
  std::istringstream in(line);
  char what = 0;
  BatchId id = 0;
  in >> what >> id;
  if (what == 'c') account.committed[id] = line.substr(line.find(' ', 2) + 1);
  if (what == 'r') account.asked.insert(id);
  if (what == 'd') account.deleted.insert(id);
}

// Lets a child work until it has said `lines` lines, kills it, and reads on to the end of what it said.
void work_and_die(const std::filesystem::path& folder, int lines, Account& account) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    seal_and_delete_for_ever(folder, ends[1]);
  }
  ::close(ends[1]);
  FILE* said = ::fdopen(ends[0], "r");
  char text[256];
  const int enough = account.lines + lines;
  while (std::fgets(text, sizeof text, said) != nullptr) {
    std::string line(text);
    if (line.ends_with('\n')) read_line(line.substr(0, line.size() - 1), account);
    if (account.lines == enough) ::kill(child, SIGKILL);
  }
  std::fclose(said);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
}

TEST(SpoolCrash, KilledAtAnyMomentItHoldsWhatWasCommittedAndNotDeleted) {
  const TempDir folder;
  Account account;
  std::set<std::string> boots;
  for (int life = 1; life <= 15; ++life) {
    work_and_die(folder.path(), 5 + life * 7 % 40, account);
    SpoolOptions options;
    options.accepted_log = folder / "accepted.log";
    auto spool = open_spool(folder.path(), options);
    ASSERT_TRUE(spool) << spool.error().message;
    EXPECT_TRUE(boots.insert((*spool)->boot()).second);
    std::map<BatchId, std::string> held;
    const auto pending = *(*spool)->pending();
    for (const SealedBatch& batch : pending) {
      boots.insert(batch.boot);
      held[batch.id] =
          batch.boot + " " + std::to_string(batch.seq) + " " + hex(sha256(*(*spool)->payload(batch.id)));
    }
    for (const auto& [id, name] : account.committed) {
      if (account.deleted.contains(id)) {
        EXPECT_FALSE(held.contains(id)) << "an acknowledged batch has come back";
      } else if (held.contains(id)) {
        EXPECT_EQ(held[id], name);
      } else {
        EXPECT_TRUE(account.asked.contains(id)) << "lost in life " << life;
      }
    }
    // Killed between a commit and the word of it, it holds more than it said: no more than that one commit.
    std::size_t unsaid = 0;
    for (const auto& [id, name] : held) {
      EXPECT_FALSE(account.deleted.contains(id));
      if (account.committed.emplace(id, name).second) ++unsaid;
    }
    EXPECT_LE(unsaid, 3U);
    const std::string log = read_text(folder / "accepted.log");
    for (const auto& [id, name] : account.committed) {
      const std::string boot_and_seq = name.substr(0, name.rfind(' '));
      std::string stream_inserted = boot_and_seq;
      stream_inserted.insert(stream_inserted.find(' '), " accelerometer");
      EXPECT_NE(log.find(stream_inserted + " 1 " + name.substr(name.rfind(' ') + 1) + "\n"),
                std::string::npos)
          << "the accepted log knows every batch";
    }
    for (const auto& [id, name] : held)
      if (account.asked.contains(id)) account.asked.erase(id);
    const auto lines = static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n'));
    EXPECT_EQ(lines, account.committed.size()) << "and no other";
  }
}

// ---- The accepted log

TEST(SpoolCrash, ALineThatAKillKeptFromTheAcceptedLogIsWrittenAtTheNextStart) {
  const TempDir folder;
  SpoolOptions options;
  options.accepted_log = folder / "accepted.log";
  {
    auto spool = open_spool(folder.path(), options);
    const std::string device = *(*spool)->device_id(DeviceKind::phone, "a@example.com");
    for (std::int64_t i = 1; i <= 3; ++i)
      ASSERT_TRUE((*spool)->seal(device, Stream::accelerometer, some_records(i)));
    ASSERT_TRUE((*spool)->commit());
    ASSERT_TRUE((*spool)->seal(device, Stream::accelerometer, some_records(4)));
  }
  const std::string whole = read_text(folder / "accepted.log");
  ASSERT_EQ(std::count(whole.begin(), whole.end(), '\n'), 3) << "what was not committed is not in it";
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{10}, whole.size() - 1, whole.size()}) {
    write_text(folder / "accepted.log", whole.substr(0, bytes));
    ASSERT_TRUE(open_spool(folder.path(), options));
    EXPECT_EQ(read_text(folder / "accepted.log"), whole) << "cut after " << bytes;
  }
}

TEST(SpoolCrash, AnAcceptedLogThatCannotBeWrittenIsSaid) {
  const TempDir folder;
  SpoolOptions options;
  options.accepted_log = folder / "no such folder" / "accepted.log";
  EXPECT_NE(message_of(open_spool(folder.path(), options)).find("accepted log"), std::string::npos);
}

// ---- Damaged files

// A spool with content, closed.
void fill(const std::filesystem::path& folder) {
  auto spool = open_spool(folder);
  ASSERT_TRUE(spool);
  const std::string device = *(*spool)->device_id(DeviceKind::phone, "a@example.com");
  for (std::int64_t i = 1; i <= 200; ++i)
    ASSERT_TRUE((*spool)->seal(device, Stream::accelerometer, some_records(i * 7)));
  ASSERT_TRUE((*spool)->commit());
}

void expect_refused_untouched(const TempDir& folder, const std::string& bytes, const std::string& why) {
  write_text(folder / "spool.db", bytes);
  const std::string message = message_of(open_spool(folder.path()));
  EXPECT_NE(message.find("spool.db"), std::string::npos) << why << ": " << message;
  EXPECT_NE(message.find("another --spool"), std::string::npos) << why << ": " << message;
  EXPECT_EQ(read_text(folder / "spool.db"), bytes) << why << ": it was changed";
}

TEST(SpoolCrash, ATornOrDamagedFileIsRefusedWithARemedyAndLeftAsItIs) {
  const TempDir folder;
  fill(folder.path());
  const std::string whole = read_text(folder / "spool.db");
  expect_refused_untouched(folder, whole.substr(0, whole.size() / 2), "cut in half");
  expect_refused_untouched(folder, whole.substr(0, whole.size() - 100), "its tail torn");
  expect_refused_untouched(folder, std::string(100, '\0') + whole.substr(100), "no header");
  std::string scribbled = whole;
  for (std::size_t page = 1; page < 6; ++page) scribbled.replace(page * 4096, 2048, 2048, '\x5a');
  expect_refused_untouched(folder, scribbled, "pages overwritten");
  write_text(folder / "spool.db", whole);
  EXPECT_TRUE(open_spool(folder.path())) << "the whole one opens";
}

TEST(SpoolCrash, AnotherProgramsDatabaseIsRefusedAndLeftAsItIs) {
  const TempDir folder;
  {
    auto other = sqlite::Database::open(folder / "spool.db", sqlite::Access::create);
    ASSERT_TRUE(other->execute("CREATE TABLE t (x); PRAGMA user_version = 7;"));
  }
  expect_refused_untouched(folder, read_text(folder / "spool.db"), "another program's");
}

// SQLite takes an empty file for a new one and would throw the log away.
TEST(SpoolCrash, AFileThatIsGoneWhileItsLogIsThereIsRefused) {
  const TempDir folder;
  write_text(folder / "spool.db-wal", "all that is left");
  EXPECT_NE(message_of(open_spool(folder.path())).find("-wal"), std::string::npos);
  EXPECT_EQ(read_text(folder / "spool.db-wal"), "all that is left");
}

TEST(SpoolCrash, ChangedBytesOfASealedBatchAreNotSent) {
  const TempDir folder;
  fill(folder.path());
  {
    auto database = sqlite::Database::open(folder / "spool.db", sqlite::Access::read_write);
    ASSERT_TRUE(
        database->execute("UPDATE batch SET payload = replace(payload, 'n', 'm') WHERE batch_id = 2"));
  }
  auto spool = open_spool(folder.path());
  ASSERT_TRUE(spool);
  EXPECT_TRUE((*spool)->payload(1));
  const auto changed = (*spool)->payload(2);
  ASSERT_FALSE(changed);
  EXPECT_NE(changed.error().message.find("another --spool"), std::string::npos);
}

// ---- A disk that does not take it

// No file of this process may grow beyond `bytes` while it lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit lowered{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lowered);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST(SpoolCrash, AFullDiskIsSaidLosesNothingAndIsOverWhenThereIsRoom) {
  const TempDir folder;
  auto spool = open_spool(folder.path());
  ASSERT_TRUE(spool);
  const std::string device = *(*spool)->device_id(DeviceKind::phone, "a@example.com");
  ASSERT_TRUE((*spool)->commit());
  std::int64_t accepted = 0;
  std::string trouble;
  {
    const FileSizeLimit full(std::filesystem::file_size(folder / "spool.db-wal") + 200'000);
    while (trouble.empty()) {
      const auto sealed = (*spool)->seal(device, Stream::accelerometer, some_records(200));
      const auto committed = sealed ? (*spool)->commit() : Failure(sealed.error());
      if (committed) ++accepted;
      if (!committed) trouble = committed.error().message;
    }
  }
  EXPECT_GT(accepted, 0);
  EXPECT_NE(trouble.find("free space on the disk"), std::string::npos) << trouble;
  EXPECT_EQ((*spool)->sealed_records(device, Stream::accelerometer), static_cast<std::size_t>(accepted));
  EXPECT_EQ((*spool)->seal(device, Stream::accelerometer, some_records(1))->seq, accepted + 1)
      << "seq stays contiguous";
  ASSERT_TRUE((*spool)->device_id(DeviceKind::phone, "b@example.com"));
  ASSERT_TRUE((*spool)->commit());
  EXPECT_EQ((*spool)->pending()->size(), static_cast<std::size_t>(accepted + 1));
  const std::size_t bytes = (*spool)->bytes();
  spool->reset();
  spool = open_spool(folder.path());
  EXPECT_EQ((*spool)->pending()->size(), static_cast<std::size_t>(accepted + 1));
  EXPECT_EQ((*spool)->bytes(), bytes);
}

TEST(SpoolCrash, AFolderThatCannotBeWrittenIsSaid) {
  const TempDir folder;
  write_text(folder / "file", "in the way");
  EXPECT_NE(message_of(open_spool(folder / "file")).find((folder / "file").string()), std::string::npos);
  EXPECT_NE(message_of(open_spool(folder / "file" / "spool")).find("cannot"), std::string::npos);
  if (::geteuid() == 0) return;  // root may write everywhere
  std::filesystem::create_directory(folder / "closed");
  std::filesystem::permissions(folder / "closed",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_NE(message_of(open_spool(folder / "closed")).find("cannot write"), std::string::npos);
}

}  // namespace
}  // namespace stedi::firmware
