#include "core/time_text.hpp"

#include <ctime>

namespace stedi {

namespace {

std::string formatted(std::int64_t epoch_ms, const char* format) {
  const std::time_t seconds = epoch_ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, format, &parts);
  return {text, length};
}

}  // namespace

std::string utc_text(std::int64_t epoch_ms) {
  return formatted(epoch_ms, "%Y-%m-%dT%H:%M:%SZ");
}
std::string utc_time_of_day(std::int64_t epoch_ms) {
  return formatted(epoch_ms, "%H:%M:%S");
}
std::string utc_for_file_names(std::int64_t epoch_ms) {
  return formatted(epoch_ms, "%Y%m%dT%H%M%SZ");
}

}  // namespace stedi
