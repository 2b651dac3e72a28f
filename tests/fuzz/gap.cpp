#include <array>

#include "tests/fuzz/record_laws.hpp"
#include "tests/fuzz/target.hpp"

namespace stedi::fuzz {

void check(std::string_view input) {
  static constexpr std::array<std::string_view, 8> names = {"boot",    "stream", "firstSeq",  "lastSeq",
                                                            "records", "reason", "firstTime", "lastTime"};
  const auto gap = require_record_laws<GapRecord>(input, {names, "", false});
  if (!gap) return;
  for (const std::int64_t count : {gap->first_seq, gap->last_seq, gap->records})
    require(count >= 0 && count <= limits::max_integer, "a count is not negative and exact in a double");
}

}  // namespace stedi::fuzz
