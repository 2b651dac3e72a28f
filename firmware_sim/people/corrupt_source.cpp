#include "firmware_sim/people/corrupt_source.hpp"

#include <algorithm>

#include "firmware_sim/people/strikes.hpp"

namespace stedi::firmware {

namespace {

// From here on a byte is in no UTF-8 text.
constexpr std::int64_t least_alien_byte = 0xf5;
constexpr std::int64_t most_alien_byte = 0xff;

struct ByteRange {
  std::size_t begin;
  std::size_t end;
};

// The last field's name, of a line as phones and trainers write it: {…,"name":number}.
ByteRange last_name(const std::string& line) {
  const std::size_t end = line.rfind("\":");
  return {line.rfind('"', end - 1) + 1, end};
}

class CorruptSource final : public RecordSource {
 public:
  CorruptSource(std::unique_ptr<RecordSource> source, const BurstFault& fault, CounterRandom random)
      : source_(std::move(source)), strikes_(fault, random.stream("strikes")), random_(random) {}

  bool next(SimulatedRecord& record) override {
    if (!source_->next(record)) return false;
    CounterRandom random = random_.stream(count_++);
    record.is_damaged = strikes_.next();
    if (record.is_damaged) damage(record.json, random);
    return true;
  }

 private:
  static void damage(std::string& line, CounterRandom& random) {
    if (random.between(0, 1) == 0)
      return overwrite(line, {0, line.size()}, least_alien_byte, most_alien_byte, random);
    overwrite(line, last_name(line), '0', '9', random);  // no name of a field has a digit
  }

  static void overwrite(std::string& line, ByteRange range, std::int64_t least_byte, std::int64_t most_byte,
                        CounterRandom& random) {
    const auto bytes = static_cast<std::int64_t>(range.end - range.begin);
    const std::int64_t damaged = random.between(1, std::min(bytes, max_damaged_bytes));
    const auto first = range.begin + static_cast<std::size_t>(random.between(0, bytes - damaged));
    for (std::size_t i = first; i < first + static_cast<std::size_t>(damaged); ++i)
      line[i] = static_cast<char>(random.between(least_byte, most_byte));
  }

  std::unique_ptr<RecordSource> source_;
  Strikes strikes_;
  CounterRandom random_;
  std::uint64_t count_ = 0;  // of records
};

}  // namespace

std::unique_ptr<RecordSource> open_corrupt(std::unique_ptr<RecordSource> source, const BurstFault& fault,
                                           CounterRandom random) {
  return std::make_unique<CorruptSource>(std::move(source), fault, random);
}

}  // namespace stedi::firmware
