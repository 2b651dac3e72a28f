// A block of lines, decoded: what import does on every core, away from the store.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "core/record/reading_block.hpp"
#include "core/record/reason.hpp"
#include "core/record/records.hpp"
#include "core/wire/envelope.hpp"
#include "lakehouse/import/line_blocks.hpp"

namespace stedi::landing {

// Records of a person, with where they stand: their consent is answered for by line.
template <typename Record>
struct RecordBlock {
  std::vector<Record> records;
  std::vector<std::int64_t> lines;  // one a record; the block's first line is 1
};

template <typename Readings>
struct AnyBlock;
template <typename... Reading>
struct AnyBlock<std::tuple<Reading...>> {
  using type = std::variant<RecordBlock<CustomerRecord>, RecordBlock<ConsentEvent>, RecordBlock<PairingEvent>,
                            ReadingBlock<Reading>...>;
};

struct DecodedBlock {
  std::int64_t lines = 0;
  std::int64_t ends_at = 0;  // the byte of the file after the last line
  std::vector<wire::RefusedRecord> refused;
  AnyBlock<SensorReadings>::type records;

  std::size_t landed() const;
};

// One record a line of `stream`, which is any but gap. White-space lines and `[]` are no record.
DecodedBlock decode_block(const LineBlock& block, Stream stream);

}  // namespace stedi::landing
