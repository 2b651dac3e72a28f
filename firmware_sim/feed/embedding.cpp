#include "firmware_sim/feed/embedding.hpp"

#include <nlohmann/json.hpp>

#include "core/record/json_check.hpp"
#include "core/record/limits.hpp"
#include "core/wire/envelope.hpp"

namespace stedi::firmware {

bool is_embeddable(std::string_view line) {
  return line.size() <= limits::max_record_bytes && line.starts_with('{') &&
         nlohmann::json::accept(line.begin(), line.end());
}

std::string quoted_text(std::string_view line) {
  return json_string(wire::printable_payload(line));
}

std::string embedded_text(std::string_view line) {
  return is_embeddable(line) ? std::string(line) : quoted_text(line);
}

}  // namespace stedi::firmware
