// The gateway's promise: the batches named here are on disk. Normative text: PROTOCOL.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/records.hpp"
#include "core/result.hpp"

namespace stedi::wire {

struct SeqRange {
  std::int64_t from = 0;  // inclusive
  std::int64_t to = 0;    // inclusive
  bool operator==(const SeqRange&) const = default;
};

// A batch that will never be landed as it is: the device keeps it and stops sending it.
struct RefusedBatch {
  std::optional<Stream> stream;
  std::optional<std::int64_t> seq;
  std::string reason;
  bool operator==(const RefusedBatch&) const = default;
};

struct Ack {
  std::optional<std::string> boot;  // nullopt only when a refused envelope's boot could not be read
  std::map<Stream, std::vector<SeqRange>> acked;
  std::vector<RefusedBatch> refused;
};

std::string encode_ack(const Ack& ack);
Result<Ack> decode_ack(std::string_view payload);

}  // namespace stedi::wire
