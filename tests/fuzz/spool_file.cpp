// The spool's files as a kill -9, a torn write or a bad disk may leave them. The first byte chooses:
// 'f': the rest is spool.db. 'l': the rest is the log beside a sound spool.db. Else: the rest are damages to
// a killed spool's files, six bytes each (see Damage); an upper-case letter damages the log alone.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "firmware_sim/spool/spool.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::fuzz {

namespace {

using firmware::BatchId;
using firmware::Spool;

const firmware::SpoolOwner owner{"data set", "seed"};
constexpr std::string_view person = "ann@example.com";  // in every payload, hence in no error

class StoppedClock final : public Clock {
 public:
  std::int64_t wall_ms() const override { return 1'700'000'000'000; }
  std::int64_t monotonic_ms() const override { return 0; }
};
const StoppedClock clock_at_rest;

struct Files {
  std::string database;
  std::string log;
  bool operator==(const Files&) const = default;
};

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

Files read_files(const std::filesystem::path& folder) {
  return {read_file(folder / "spool.db"), read_file(folder / "spool.db-wal")};
}

void write_files(const std::filesystem::path& folder, const Files& files) {
  for (const char* name : {"spool.db", "spool.db-wal", "spool.db-shm"})
    std::filesystem::remove(folder / name);
  write_file(folder / "spool.db", files.database);
  if (!files.log.empty()) write_file(folder / "spool.db-wal", files.log);
}

using Payloads = std::map<BatchId, std::string>;

// What a killed spool left, and what it held after each of its commits.
struct Killed {
  Files files;
  std::vector<Payloads> history;
};

Payloads payloads_of(Spool& spool) {
  Payloads payloads;
  const auto pending = spool.pending();
  for (const auto& batch : *pending) payloads[batch.id] = *spool.payload(batch.id);
  return payloads;
}

void work(Spool& spool, int round) {
  const auto device = spool.device_id(firmware::DeviceKind::phone, std::string(person));
  const std::vector<std::string> records(static_cast<std::size_t>(round % 3 + 1) * 20,
                                         "{\"user\":\"" + std::string(person) + "\"}");
  const Stream stream = round % 2 == 0 ? Stream::accelerometer : Stream::customer;
  require(device && spool.seal(*device, stream, records).has_value(), "a sound spool takes a batch");
  require(spool.commit().has_value(), "a sound spool commits");
}

Killed make_killed(const std::filesystem::path& folder) {
  Killed killed;
  {
    auto spool = Spool::open(folder, owner, clock_at_rest);
    for (int round = 0; round < 3; ++round) work(**spool, round);
    killed.history.push_back(payloads_of(**spool));
  }
  auto spool = Spool::open(folder, owner, clock_at_rest);
  for (int round = 3; round < 7; ++round) {
    work(**spool, round);
    killed.history.push_back(payloads_of(**spool));
  }
  const BatchId oldest = killed.history.back().begin()->first;
  require((*spool)->remove(std::vector<BatchId>{oldest}).has_value(), "a sound spool deletes");
  killed.history.push_back(payloads_of(**spool));
  killed.files = read_files(folder);
  return killed;
}

// In memory, when the machine has such a place: thousands of files a second.
void prefer_memory() {
  if (std::filesystem::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 0);
}

// Six bytes: which and what (one), where (three, little-endian, modulo the file's size), with what (two).
class Damage {
 public:
  Damage(std::string_view bytes, bool log_alone)
      : what_(at(bytes, 0) & 0x7f),
        in_log_(log_alone || (at(bytes, 0) & 0x80) != 0),
        where_(at(bytes, 1) | at(bytes, 2) << 8 | at(bytes, 3) << 16),
        value_(at(bytes, 4) | at(bytes, 5) << 8) {}

  void apply(Files& files) const {
    std::string& file = in_log_ ? files.log : files.database;
    if (file.empty()) return;
    const std::size_t from = where_ % file.size();
    const auto piece = static_cast<std::ptrdiff_t>(std::min<std::size_t>(value_, file.size() - from));
    const auto begin = file.begin() + static_cast<std::ptrdiff_t>(from);
    switch (what_ % 6) {
      case 0:
        file[from] = static_cast<char>(value_);
        break;
      case 1:
        file.resize(from);
        break;
      case 2:
        std::fill(begin, begin + piece, '\0');
        break;
      case 3:
        std::reverse(begin, begin + piece);
        break;
      case 4:
        if (file.size() < most_file_bytes) file.append(std::string(begin, begin + piece));
        break;
      default:
        file[from] = static_cast<char>(file[from] ^ (1 << (value_ % 8)));
        break;
    }
  }

 private:
  static constexpr std::size_t most_file_bytes = 1'000'000;
  static std::size_t at(std::string_view bytes, std::size_t i) {
    return static_cast<unsigned char>(bytes[i]);
  }
  std::size_t what_;
  bool in_log_;
  std::size_t where_;
  std::size_t value_;
};

enum class Harm { database, log_alone };

struct Case {
  Files files;
  Harm harm = Harm::database;
};

Case case_of(std::string_view input, const Killed& killed) {
  const char kind = input.front();
  input.remove_prefix(1);
  if (kind == 'f') return {{std::string(input), ""}, Harm::database};
  if (kind == 'l') return {{killed.files.database, std::string(input)}, Harm::log_alone};
  const bool log_alone = kind >= 'A' && kind <= 'Z';
  Case damaged{killed.files, log_alone ? Harm::log_alone : Harm::database};
  constexpr std::size_t damage_bytes = 6;
  for (; input.size() >= damage_bytes; input.remove_prefix(damage_bytes))
    Damage(input, log_alone).apply(damaged.files);
  return damaged;
}

// What an opened spool says of itself; errors in the place of what cannot be read.
struct Recovered {
  bool opened = false;
  std::string error;
  std::map<BatchId, Result<std::string>> payloads;
};

void require_harmless(const std::string& message) {
  require_one_line(message);
  require(message.find(person) == std::string::npos, "an error holds nothing of a payload");
}

Recovered recover(const std::filesystem::path& folder) {
  Recovered recovered;
  auto spool = Spool::open(folder, owner, clock_at_rest);
  recovered.opened = spool.has_value();
  if (!spool) {
    recovered.error = spool.error().message;
    require_harmless(recovered.error);
    return recovered;
  }
  const auto pending = (*spool)->pending();
  if (!pending) {
    recovered.error = pending.error().message;
    require_harmless(recovered.error);
    return recovered;
  }
  for (const auto& batch : *pending) {
    auto payload = (*spool)->payload(batch.id);
    if (!payload) require_harmless(payload.error().message);
    recovered.payloads.emplace(batch.id, std::move(payload));
  }
  return recovered;
}

bool same(const Result<std::string>& a, const Result<std::string>& b) {
  return a ? b && *a == *b : !b && a.error().message == b.error().message;
}

bool same(const Recovered& a, const Recovered& b) {
  return a.opened == b.opened && a.error == b.error &&
         std::equal(
             a.payloads.begin(), a.payloads.end(), b.payloads.begin(), b.payloads.end(),
             [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); });
}

bool is_state(const Recovered& recovered, const Payloads& state) {
  return std::equal(recovered.payloads.begin(), recovered.payloads.end(), state.begin(), state.end(),
                    [](const auto& x, const auto& y) { return x.first == y.first && x.second == y.second; });
}

bool was_sealed(const std::string& payload, const std::vector<Payloads>& history) {
  return std::any_of(history.begin(), history.end(), [&](const Payloads& state) {
    return std::any_of(state.begin(), state.end(),
                       [&](const auto& entry) { return entry.second == payload; });
  });
}

void require_laws(const Case& damaged, const Killed& killed, const std::filesystem::path& folder) {
  write_files(folder, damaged.files);
  const Recovered first = recover(folder);
  if (!first.opened) require(read_files(folder) == damaged.files, "a spool that is refused is left as it is");
  for (const auto& [id, payload] : first.payloads)
    require(!payload || was_sealed(*payload, killed.history), "no batch is made up");
  if (damaged.harm == Harm::log_alone) {
    const bool is_one = std::any_of(killed.history.begin(), killed.history.end(),
                                    [&](const Payloads& state) { return is_state(first, state); });
    require(first.opened && is_one, "a torn log leaves what one of the commits left");
  }
  require(same(recover(folder), first), "a spool recovered twice is the same");
}

}  // namespace

void check(std::string_view input) {
  prefer_memory();
  static const test::TempDir folder;
  static const Killed killed = make_killed(folder / "killed");
  if (input.empty()) return;
  static const std::filesystem::path victim = folder / "victim";
  std::filesystem::create_directories(victim);
  require_laws(case_of(input, killed), killed, victim);
}

}  // namespace stedi::fuzz
