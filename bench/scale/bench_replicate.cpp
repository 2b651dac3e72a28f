// bench_replicate DATA OUT SCALE: the data set DATA, SCALE times over, as a data-set folder OUT with one file
// a stream and replica. Replica 0 is the data set itself; replica i prefixes emails and serials with "r<i>-"
// and shifts every time i hours into the past, so that its people and instants are its own.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/record/decode.hpp"
#include "core/record/encode.hpp"

namespace {

namespace fs = std::filesystem;
using namespace stedi;

constexpr std::int64_t hour_ms = 60 * 60 * 1000;

struct Replica {
  int number;
  void prefix(std::string& name) const { name = "r" + std::to_string(number) + "-" + name; }
  void shift(std::int64_t& time_ms) const { time_ms -= number * hour_ms; }
  void prefix(std::optional<std::string>& name) const {
    if (name) prefix(*name);
  }
  void shift(std::optional<std::int64_t>& time_ms) const {
    if (time_ms) shift(*time_ms);
  }
};

void change(CustomerRecord& record, const Replica& replica) {
  replica.prefix(record.email);
  replica.prefix(record.serial_number);
  for (auto* time_ms : {&record.registration_ms, &record.last_update_ms, &record.research_from_ms,
                        &record.public_from_ms, &record.friends_from_ms}) {
    replica.shift(*time_ms);
  }
}

void change(AccelerometerReading& reading, const Replica& replica) {
  replica.prefix(reading.user);
  replica.shift(reading.timestamp_ms);
}

void change(StepTrainerReading& reading, const Replica& replica) {
  replica.prefix(reading.serial_number);
  replica.shift(reading.reading_time_ms);
}

template <typename Record>
std::vector<Record> read_stream(const fs::path& folder) {
  std::vector<Record> records;
  RecordDecoder decoder;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const std::size_t size = line.size();
      line.resize(size + decode_padding_bytes);
      if (decoder.decode(std::string_view(line).substr(0, size), records.emplace_back())) {
        throw std::runtime_error(entry.path().string() + " holds a record that cannot be decoded");
      }
    }
  }
  return records;
}

template <typename Record>
void replicate(const fs::path& from, const fs::path& to, const std::string& stream, int scale) {
  const auto records = read_stream<Record>(from / stream / "landing");
  const fs::path folder = to / stream / "landing";
  fs::create_directories(folder);
  for (int number = 0; number < scale; ++number) {
    std::ofstream out(folder / (stream + "-" + std::to_string(10'000 + number) + ".json"));
    for (Record record : records) {
      if (number > 0) change(record, Replica{number});
      out << encode(record) << '\n';
    }
    if (!out.flush()) throw std::runtime_error("cannot write to " + folder.string());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int scale = argc == 4 ? std::atoi(argv[3]) : 0;
  if (scale < 1) {
    std::fprintf(stderr, "usage: bench_replicate DATA OUT SCALE\n");
    return 2;
  }
  try {
    replicate<CustomerRecord>(argv[1], argv[2], "customer", scale);
    replicate<AccelerometerReading>(argv[1], argv[2], "accelerometer", scale);
    replicate<StepTrainerReading>(argv[1], argv[2], "step_trainer", scale);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_replicate: %s\n", error.what());
    return 1;
  }
  return 0;
}
