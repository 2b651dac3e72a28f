#include "lakehouse/import/file_pieces.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>
#include <variant>

namespace stedi::landing {

namespace {

// Brings the readings of many blocks, each with its own list of owners, together.
template <SensorReading Reading>
class Gathering {
 public:
  void add(ReadingBlock<Reading>& block) {
    owners_.clear();
    for (std::string& owner : block.owners) owners_.push_back(index_of(std::move(owner)));
    for (std::size_t i = 0; i < block.readings.size(); ++i)
      gathered_.rows.add_owned(block.readings[i], owners_[block.owner_of[i]]);
    block = {};
  }
  OwnedReadings<Reading> finish() {
    gathered_.rows.sort_by_owner_and_time();
    return std::move(gathered_);
  }

 private:
  std::int64_t index_of(std::string&& owner) {
    const auto next = static_cast<std::int64_t>(gathered_.owners.size());
    const auto [known, is_new] = indexes_.try_emplace(owner, next);
    if (is_new) gathered_.owners.push_back(std::move(owner));
    return known->second;
  }

  OwnedReadings<Reading> gathered_;
  std::unordered_map<std::string, std::int64_t> indexes_;
  std::vector<std::int64_t> owners_;  // of the block being added: index into those of all
};

bool is_no_json(const RefusedValue& refused) {
  const Reason reason = refused.record.reason;
  return reason == Reason::malformed_json || reason == Reason::not_an_object ||
         reason == Reason::record_too_long;
}

}  // namespace

// Between two pieces the import may be cut: not within a value, however long.
Result<FilePiece> FilePieces::make_piece(Source& source, Stream stream) {
  FilePiece piece;
  EachSensor<Gathering> gathering;
  while (piece.landed + piece.refused < max_piece_records || source.position.too_long) {
    TRY(source.reader.fill());
    piece.is_last = source.reader.text().empty();
    if (piece.is_last) break;
    DecodedBlock block = decode_block(source.reader, stream, source.position);
    piece.landed += static_cast<std::int64_t>(block.landed());
    piece.refused += static_cast<std::int64_t>(block.refused.size());
    piece.no_json += std::ranges::count_if(block.refused, is_no_json);
    piece.lines += block.lines;
    piece.ends_at = source.reader.offset();
    for_each_sensor_reading([&]<typename Reading> {
      if (auto* readings = std::get_if<ReadingBlock<Reading>>(&block.records))
        gathering.of<Reading>().add(*readings);
    });
    piece.blocks.push_back(std::move(block));
  }
  for_each_sensor_reading(
      [&]<typename Reading> { piece.readings.of<Reading>() = gathering.of<Reading>().finish(); });
  return piece;
}

FilePieces::FilePieces(BlockReader reader, Stream stream, std::launch how)
    : source_(new Source{std::move(reader)}), stream_(stream), how_(how) {
  begin_next();
}

// When no thread can be had, the piece is made by whom takes it.
void FilePieces::begin_next() {
  ahead_ =
      std::async(how_, [source = source_.get(), stream = stream_] { return make_piece(*source, stream); });
}

Result<FilePiece> FilePieces::next() {
  auto piece = ahead_.get();
  if (piece && !piece->is_last) begin_next();
  return piece;
}

}  // namespace stedi::landing
