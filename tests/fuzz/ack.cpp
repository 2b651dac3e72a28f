#include "core/wire/ack.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/record/limits.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

namespace {

// Every one of them, so that none can hold a piece of what it refuses.
constexpr std::array<std::string_view, 9> messages = {"ack: not a JSON object",
                                                      "ack: another protocol version",
                                                      "ack: boot is not a string",
                                                      "ack: acked is not an object",
                                                      "ack: acked ranges are not an array",
                                                      "ack: a range is not [from, to]",
                                                      "ack: a range runs backwards",
                                                      "ack: refused is not an array",
                                                      "ack: a refused batch is not an object"};

bool same(const wire::Ack& a, const wire::Ack& b) {
  return a.boot == b.boot && a.acked == b.acked && a.refused == b.refused;
}

std::size_t ranges_in(const wire::Ack& ack) {
  std::size_t count = 0;
  for (const auto& [stream, ranges] : ack.acked) count += ranges.size();
  return count;
}

}  // namespace

void check(std::string_view input) {
  const auto ack = wire::decode_ack(input);
  if (!ack) {
    const bool known = std::find(messages.begin(), messages.end(), ack.error().message) != messages.end();
    return require(known, "an error holds nothing of the payload");
  }
  require(nlohmann::json::accept(input), "what we accept nlohmann accepts");
  require(ranges_in(*ack) <= input.size() && ack->refused.size() <= input.size(), "output is bounded");
  for (const auto& [stream, ranges] : ack->acked) {
    for (const wire::SeqRange& range : ranges)
      require(range.from >= 1 && range.from <= range.to && range.to <= limits::max_integer,
              "a range is one that a device can delete by");
  }
  const auto back = wire::decode_ack(wire::encode_ack(*ack));
  require(back && same(*back, *ack), "decode and encode undo each other");
}

}  // namespace stedi::fuzz
