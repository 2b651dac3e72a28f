#include "lakehouse/store/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>

namespace stedi::lakehouse {

namespace {

constexpr const char* clear_line = "\r\033[K";

class Line {
 public:
  explicit Line(std::string work) : work_(std::move(work)) {}
  ~Line() { std::fputs(clear_line, stderr); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  void show(std::string_view step) const {
    std::fprintf(stderr, "%s%s: %.*s", clear_line, work_.c_str(), static_cast<int>(step.size()), step.data());
  }

 private:
  std::string work_;
};

}  // namespace

Progress terminal_progress(std::string work) {
  if (isatty(STDERR_FILENO) == 0) return {};
  return [line = std::make_shared<Line>(std::move(work))](std::string_view step) { line->show(step); };
}

}  // namespace stedi::lakehouse
