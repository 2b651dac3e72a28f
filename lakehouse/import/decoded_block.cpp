#include "lakehouse/import/decoded_block.hpp"

#include <algorithm>
#include <cassert>
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
  RecordSink(RecordBlock<Record>& kept, std::size_t) : kept_(kept) {}

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
  ReadingSink(ReadingBlock<Reading>& kept, std::size_t bytes) : kept_(kept) {
    constexpr std::size_t usual_reading_bytes = 80;
    const std::size_t usual_readings = bytes / usual_reading_bytes + 1;
    kept_.owner_of.reserve(usual_readings);
    kept_.readings.reserve(usual_readings);
  }

  void add(Reading& reading, std::int64_t) {
    kept_.owner_of.push_back(index_of(owner_of(reading)));
    owner_of(reading).clear();
    kept_.readings.push_back(reading);
  }
  // Without an owner in `reading`.
  void add_of(std::string_view owner, const Reading& reading) {
    kept_.owner_of.push_back(index_of(owner));
    kept_.readings.push_back(reading);
  }

 private:
  // Files often hold one owner's readings in a row.
  std::uint32_t index_of(std::string_view owner) {
    if (latest_ < kept_.owners.size() && kept_.owners[latest_] == owner) return latest_;
    return latest_ = find_or_add(owner);
  }
  std::uint32_t find_or_add(std::string_view owner) {
    if (const auto known = indexes_.find(owner); known != indexes_.end()) return known->second;
    const auto index = static_cast<std::uint32_t>(kept_.owners.size());
    kept_.owners.emplace_back(owner);
    indexes_.emplace(owner, index);
    return index;
  }

  ReadingBlock<Reading>& kept_;
  std::uint32_t latest_ = 0;
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> indexes_;
};

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// What stands behind a value on its line.
enum class Behind { separator, other_text, not_read_yet };

// Values one after the other until the block ends: the first byte of what the next block must go on with.
template <typename Record, typename Sink>
class BlockDecoder {
 public:
  BlockDecoder(BlockReader& reader, BlockPosition& position, DecodedBlock& block, Sink& sink)
      : reader_(reader), position_(position), block_(block), sink_(sink), text_(reader.text()) {}

  void decode();

 private:
  void skip_between_values();
  bool take_plain();
  bool take_line();
  bool take_value();
  bool take_spoiled(std::size_t begin_of_rest);
  bool wait_for_more(std::size_t value_end);
  void take_end_of_too_long();
  void keep_or_refuse(std::string_view text);
  void refuse_as_too_long(std::string_view text, std::int64_t begins_on);
  Behind behind(std::size_t end) const;
  std::size_t indentation() const;
  std::int64_t line() const { return block_.lines + 1; }

  BlockReader& reader_;
  BlockPosition& position_;
  DecodedBlock& block_;
  Sink& sink_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::string_view owner_;  // of the latest plain reading, within text_: its neighbours mostly share it
  RecordDecoder decoder_;
  Record record_;  // reused from value to value, so that readings cost no allocation
};

template <typename Record, typename Sink>
void BlockDecoder<Record, Sink>::decode() {
  if (position_.too_long) take_end_of_too_long();
  if (reader_.offset() == 0 && text_.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
  do {
    skip_between_values();
  } while (at_ < text_.size() && (take_plain() || take_line() || take_value()));
  reader_.take(at_);
}

template <typename Record, typename Sink>
void BlockDecoder<Record, Sink>::skip_between_values() {
  for (; at_ < text_.size() && is_between_values(text_[at_]); ++at_) {
    if (text_[at_] != '\n') continue;
    ++block_.lines;
    line_begin_ = at_ + 1;
    position_.is_within_line = false;
  }
}

// Records about people are few: the general decoder alone.
template <typename Record, typename Sink>
bool BlockDecoder<Record, Sink>::take_plain() {
  if constexpr (SensorReading<Record>) {
    const std::size_t bytes = decode_plain_front(text_.substr(at_), record_, owner_);
    if (bytes == 0 || behind(at_ + bytes) != Behind::separator) return false;
    sink_.add_of(owner_, record_);
    at_ += bytes;
    return true;
  }
  return false;
}

template <typename Record, typename Sink>
Behind BlockDecoder<Record, Sink>::behind(std::size_t end) const {
  end = end_of_blanks(text_, end);
  if (end == text_.size()) return reader_.is_last() ? Behind::separator : Behind::not_read_yet;
  return may_follow_value(text_[end]) ? Behind::separator : Behind::other_text;
}

// One record on its line, which is how nearly all files have them, needs no look for its end.
template <typename Record, typename Sink>
bool BlockDecoder<Record, Sink>::take_line() {
  if (position_.is_within_line) return false;
  position_.is_within_line = true;
  const std::size_t line_break = text_.find('\n', at_);
  if (line_break == std::string_view::npos) return false;
  const std::string_view line = without_separators(text_.substr(at_, line_break - at_));
  if (line.size() > limits::max_record_bytes || decoder_.decode(line, record_)) return false;
  sink_.add(record_, this->line());
  at_ = line_break;
  return true;
}

template <typename Record, typename Sink>
bool BlockDecoder<Record, Sink>::take_value() {
  if (text_[at_] != '{') return take_spoiled(at_);
  auto scanner = ValueScanner::of_value(indentation());
  const auto size = scanner.find_end(text_.substr(at_));
  if (!size && !reader_.is_last()) {
    if (at_ == 0 && reader_.is_full()) position_.too_long = scanner;
    return wait_for_more(text_.size());
  }
  const std::size_t end = at_ + size.value_or(text_.size() - at_);
  const bool is_spoiled = text_[end - 1] != '}';
  const Behind next = is_spoiled ? Behind::separator : behind(end);
  if (next == Behind::other_text) return take_spoiled(end_of_blanks(text_, end));
  const bool may_be_record = end - at_ <= limits::max_record_bytes;
  if (next == Behind::not_read_yet && may_be_record) return wait_for_more(end);
  keep_or_refuse(text_.substr(at_, end - at_));
  at_ = end;
  return true;
}

// Whatever began at at_ is no record by what stands from `begin_of_rest` on.
template <typename Record, typename Sink>
bool BlockDecoder<Record, Sink>::take_spoiled(std::size_t begin_of_rest) {
  auto scanner = ValueScanner::of_other_text(indentation());
  const auto size = scanner.find_end(text_.substr(begin_of_rest));
  if (!size && !reader_.is_last()) {
    if (at_ == 0 && reader_.is_full()) position_.too_long = scanner;
    return wait_for_more(text_.size());
  }
  const std::size_t end = size ? begin_of_rest + *size : text_.size();
  keep_or_refuse(text_.substr(at_, end - at_));
  at_ = end;
  return true;
}

// The value at at_ ends at `value_end`, or no sooner: what follows says whether it is a record. Of a block
// that is full, either it is too long for one, or the blanks behind it are left out.
template <typename Record, typename Sink>
bool BlockDecoder<Record, Sink>::wait_for_more(std::size_t value_end) {
  if (at_ > 0 || !reader_.is_full()) return false;
  if (position_.too_long) {
    refuse_as_too_long(text_, line());
    block_.lines += std::count(text_.begin(), text_.end(), '\n');
    at_ = text_.size();
    return false;
  }
  const std::size_t kept_end = value_end + limits::max_record_bytes + 1;
  if (kept_end < text_.size()) reader_.leave_out(kept_end, text_.size() - kept_end);
  return false;
}

template <typename Record, typename Sink>
void BlockDecoder<Record, Sink>::take_end_of_too_long() {
  const auto end = position_.too_long->find_end(text_);
  at_ = end.value_or(text_.size());
  block_.lines += std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n');
  if (end || reader_.is_last()) position_.too_long.reset();
}

template <typename Record, typename Sink>
void BlockDecoder<Record, Sink>::keep_or_refuse(std::string_view text) {
  const std::int64_t begins_on = line();
  block_.lines += std::count(text.begin(), text.end(), '\n');
  if (const std::size_t last_break = text.rfind('\n'); last_break != std::string_view::npos)
    line_begin_ = at_ + last_break + 1;
  text = without_separators(text);
  if (text.size() > limits::max_record_bytes) return refuse_as_too_long(text, begins_on);
  if (const auto reason = decoder_.decode(text, record_)) {
    block_.refused.push_back({wire::refused_record(*reason, text), begins_on});
    return;
  }
  sink_.add(record_, begins_on);
}

template <typename Record, typename Sink>
void BlockDecoder<Record, Sink>::refuse_as_too_long(std::string_view text, std::int64_t begins_on) {
  block_.refused.push_back(
      {wire::refused_record(Reason::record_too_long, text.substr(0, limits::max_record_bytes)), begins_on});
  block_.refused.back().record.is_faithful = false;
}

template <typename Record, typename Sink>
std::size_t BlockDecoder<Record, Sink>::indentation() const {
  return end_of_blanks(text_.substr(0, at_), line_begin_) - line_begin_;
}

template <typename Record, template <typename> typename Sink, typename Kept>
DecodedBlock decode_values(BlockReader& reader, BlockPosition& position) {
  DecodedBlock decoded;
  Sink<Record> sink(decoded.records.emplace<Kept>(), reader.text().size());
  BlockDecoder<Record, Sink<Record>>(reader, position, decoded, sink).decode();
  return decoded;
}

DecodedBlock decode_readings(BlockReader& reader, Stream stream, BlockPosition& position) {
  assert(is_sensor_stream(stream) && "gap records come from devices alone");
  DecodedBlock decoded;
  for_each_sensor_reading([&]<typename Reading> {
    if (SensorStream<Reading>::stream == stream)
      decoded = decode_values<Reading, ReadingSink, ReadingBlock<Reading>>(reader, position);
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

DecodedBlock decode_block(BlockReader& reader, Stream stream, BlockPosition& position) {
  switch (stream) {
    case Stream::customer:
      return decode_values<CustomerRecord, RecordSink, RecordBlock<CustomerRecord>>(reader, position);
    case Stream::consent:
      return decode_values<ConsentEvent, RecordSink, RecordBlock<ConsentEvent>>(reader, position);
    case Stream::pairing:
      return decode_values<PairingEvent, RecordSink, RecordBlock<PairingEvent>>(reader, position);
    default:
      return decode_readings(reader, stream, position);
  }
}

}  // namespace stedi::landing
