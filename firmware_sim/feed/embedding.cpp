#include "firmware_sim/feed/embedding.hpp"

#include <nlohmann/json.hpp>

#include "core/record/json_check.hpp"
#include "core/record/limits.hpp"
#include "core/wire/envelope.hpp"

namespace stedi::firmware {

namespace {

// So that what was cut fits in a batch with others.
constexpr std::size_t max_quoted_bytes = 16'384;

}  // namespace

bool is_embeddable(std::string_view line) {
  return line.size() <= limits::max_record_bytes && line.starts_with('{') &&
         nlohmann::json::accept(line.begin(), line.end());
}

std::string quoted_text(std::string_view line) {
  // Escapes make it longer, and a cut may leave half a character: that is escaped, too.
  const std::string text = wire::printable_payload(line.substr(0, max_quoted_bytes));
  return json_string(wire::printable_payload(std::string_view(text).substr(0, max_quoted_bytes)));
}

std::string embedded_text(std::string_view line) {
  return is_embeddable(line) ? std::string(line) : quoted_text(line);
}

}  // namespace stedi::firmware
