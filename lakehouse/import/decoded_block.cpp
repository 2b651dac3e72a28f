#include "lakehouse/import/decoded_block.hpp"

#include <cassert>
#include <cstring>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "core/record/decode.hpp"
#include "core/record/identity.hpp"
#include "core/record/limits.hpp"
#include "core/record/plain_reading.hpp"
#include "core/wire/envelope.hpp"

namespace stedi::landing {

namespace {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

template <typename Record>
class RecordSink {
 public:
  explicit RecordSink(RecordBlock<Record>& kept) : kept_(kept) {}

  void add(Record& record, std::int64_t line) {
    kept_.records.push_back(std::move(record));
    kept_.lines.push_back(line);
  }

 private:
  RecordBlock<Record>& kept_;
};

template <typename Reading>
class ReadingSink {
 public:
  explicit ReadingSink(ReadingBlock<Reading>& kept) : kept_(kept) {
    constexpr std::size_t usual_readings = LineBlock::max_bytes / 80;
    kept_.owner_of.reserve(usual_readings);
    kept_.readings.reserve(usual_readings);
  }

  void add(Reading& reading, std::int64_t) {
    kept_.owner_of.push_back(index_of(owner_of(reading)));
    owner_of(reading).clear();
    kept_.readings.push_back(reading);
  }

 private:
  // Files often hold one owner's readings in a row.
  std::uint32_t index_of(const std::string& owner) {
    if (latest_ < kept_.owners.size() && kept_.owners[latest_] == owner) return latest_;
    return latest_ = find_or_add(owner);
  }
  std::uint32_t find_or_add(const std::string& owner) {
    if (const auto known = indexes_.find(owner); known != indexes_.end()) return known->second;
    const auto index = static_cast<std::uint32_t>(kept_.owners.size());
    kept_.owners.push_back(owner);
    indexes_.emplace(owner, index);
    return index;
  }

  ReadingBlock<Reading>& kept_;
  std::uint32_t latest_ = 0;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> indexes_;
};

bool is_no_record(std::string_view text) {
  if (text.empty()) return true;
  const bool is_array = text.size() > 1 && text.front() == '[' && text.back() == ']';
  return is_array && trimmed(text.substr(1, text.size() - 2)).empty();
}

// Records about people are few: the general decoder alone.
template <typename Record>
bool is_plain(std::string_view, Record&) {
  return false;
}
template <SensorReading Reading>
bool is_plain(std::string_view text, Reading& reading) {
  return decode_plain(text, reading);
}

template <typename Record, typename Sink>
void decode_line(RecordDecoder& decoder, std::string_view line, Record& record, Sink& sink,
                 DecodedBlock& block) {
  if (is_plain(line, record)) return sink.add(record, block.lines);
  const std::string_view text = trimmed(line);
  if (text.size() > limits::max_record_bytes) {
    const auto beginning = text.substr(0, limits::max_record_bytes);
    block.refused.push_back(wire::refused_record(Reason::record_too_long, beginning));
    block.refused.back().is_faithful = false;
    return;
  }
  if (is_no_record(text)) return;
  if (const auto reason = decoder.decode(text, record)) {
    block.refused.push_back(wire::refused_record(*reason, text));
    return;
  }
  sink.add(record, block.lines);
}

// Takes the next line, without its break, off `rest`.
std::string_view take_line(std::string_view& rest) {
  const std::size_t found = rest.find('\n');
  const std::string_view line = rest.substr(0, found);
  rest.remove_prefix(found == std::string_view::npos ? rest.size() : found + 1);
  return line;
}

template <typename Record, template <typename> typename Sink, typename Kept>
DecodedBlock decode_lines(const LineBlock& block) {
  DecodedBlock decoded;
  decoded.ends_at = block.ends_at();
  Sink<Record> sink(decoded.records.emplace<Kept>());
  RecordDecoder decoder;
  Record record;  // reused from line to line, so that readings cost no allocation
  std::string_view rest = block.lines();
  if (block.at_start_of_file() && rest.starts_with(byte_order_mark))
    rest.remove_prefix(byte_order_mark.size());
  while (!rest.empty()) {
    ++decoded.lines;
    decode_line(decoder, take_line(rest), record, sink, decoded);
  }
  return decoded;
}

DecodedBlock decode_readings(const LineBlock& block, Stream stream) {
  assert(is_sensor_stream(stream) && "gap records come from devices alone");
  DecodedBlock decoded;
  for_each_sensor_reading([&]<typename Reading> {
    if (SensorStream<Reading>::stream == stream)
      decoded = decode_lines<Reading, ReadingSink, ReadingBlock<Reading>>(block);
  });
  return decoded;
}

template <typename Record>
std::size_t count(const RecordBlock<Record>& block) {
  return block.records.size();
}
template <typename Reading>
std::size_t count(const ReadingBlock<Reading>& block) {
  return block.readings.size();
}

}  // namespace

std::size_t DecodedBlock::landed() const {
  return std::visit([](const auto& kept) { return count(kept); }, records);
}

DecodedBlock decode_block(const LineBlock& block, Stream stream) {
  switch (stream) {
    case Stream::customer:
      return decode_lines<CustomerRecord, RecordSink, RecordBlock<CustomerRecord>>(block);
    case Stream::consent:
      return decode_lines<ConsentEvent, RecordSink, RecordBlock<ConsentEvent>>(block);
    case Stream::pairing:
      return decode_lines<PairingEvent, RecordSink, RecordBlock<PairingEvent>>(block);
    default:
      return decode_readings(block, stream);
  }
}

}  // namespace stedi::landing
