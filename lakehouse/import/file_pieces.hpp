// A file in pieces of about a transaction each, made, unless it is small, by a thread of their own while the
// piece before is landed: read, decoded, and readings sorted, so that the thread that holds the store has
// little left to do but insert.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "core/record/records.hpp"
#include "core/result.hpp"
#include "lakehouse/import/block_reader.hpp"
#include "lakehouse/import/decoded_block.hpp"
#include "lakehouse/landing/rows.hpp"

namespace stedi::landing {

struct FilePiece {
  std::int64_t lines = 0;    // line breaks
  std::int64_t ends_at = 0;  // the byte of the file after the last value
  bool is_last = false;
  std::int64_t landed = 0;  // records
  std::int64_t refused = 0;
  std::int64_t no_json = 0;          // of the refused
  std::vector<DecodedBlock> blocks;  // in the file's order; without the readings, which stand below
  EachSensor<OwnedReadings> readings;
};

// One thread takes; the destructor waits for what is under way.
class FilePieces {
 public:
  // A piece has as many records, or a block's more: long enough that an fsync a transaction costs little,
  // short enough that a gateway's commit waits for it.
  static constexpr std::int64_t max_piece_records = 131'072;

  // Begins with the first piece.
  FilePieces(BlockReader reader, Stream stream, std::launch how);

  // The pieces in the file's order, up to the last; begins with the one after it.
  Result<FilePiece> next();

 private:
  struct Source {
    BlockReader reader;
    BlockPosition position = {};
  };
  static Result<FilePiece> make_piece(Source& source, Stream stream);
  void begin_next();

  std::unique_ptr<Source> source_;  // the thread's, while it makes a piece
  Stream stream_;
  std::launch how_;
  std::future<Result<FilePiece>> ahead_;
};

}  // namespace stedi::landing
