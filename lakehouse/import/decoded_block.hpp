// A block of a file, decoded, away from the store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "core/record/reading_block.hpp"
#include "core/record/reason.hpp"
#include "core/record/records.hpp"
#include "core/wire/envelope.hpp"
#include "lakehouse/import/block_reader.hpp"
#include "lakehouse/import/value_scanner.hpp"

namespace stedi::landing {

// Records of a person, with where they stand: their consent is answered for by line.
template <typename Record>
struct RecordBlock {
  std::vector<Record> records;
  std::vector<std::int64_t> lines;  // one a record; the block's first line is 1
};

struct RefusedValue {
  wire::RefusedRecord record;
  std::int64_t line;  // of its beginning; the block's first line is 1
};

template <typename Readings>
struct AnyBlock;
template <typename... Reading>
struct AnyBlock<std::tuple<Reading...>> {
  using type = std::variant<RecordBlock<CustomerRecord>, RecordBlock<ConsentEvent>, RecordBlock<PairingEvent>,
                            ReadingBlock<Reading>...>;
};

struct DecodedBlock {
  std::int64_t lines = 0;  // line breaks
  std::vector<RefusedValue> refused;
  AnyBlock<SensorReadings>::type records;

  std::size_t landed() const;
};

// Where the decoder stands in its file, from block to block.
struct BlockPosition {
  bool is_within_line = false;  // the line that the block begins on holds more than one value
  // The end of a value that is longer than a block is being looked for: import cannot go on from here.
  std::optional<ValueScanner> too_long;
};

// Decodes the values of the block that end in it, and takes them: records of `stream`, which is any but gap.
DecodedBlock decode_block(BlockReader& reader, Stream stream, BlockPosition& position);

}  // namespace stedi::landing
