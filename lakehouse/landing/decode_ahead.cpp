#include "lakehouse/landing/decode_ahead.hpp"

namespace stedi::landing {

Result<void> DecodeAhead::fill() {
  while (!at_end_ && ahead_.size() < max_blocks) {
    auto block = reader_.next();
    if (!block) return Failure(block.error());
    at_end_ = !*block;
    if (at_end_) break;
    // No launch policy: when no thread can be had, the block is decoded by whom takes it.
    ahead_.push_back(
        std::async([lines = std::move(**block), stream = stream_] { return decode_block(lines, stream); }));
  }
  return {};
}

Result<std::optional<DecodedBlock>> DecodeAhead::next() {
  if (auto filled = fill(); !filled) return Failure(filled.error());
  if (ahead_.empty()) return std::nullopt;
  DecodedBlock block = ahead_.front().get();
  ahead_.pop_front();
  return block;
}

}  // namespace stedi::landing
