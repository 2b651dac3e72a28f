#include "lakehouse/runner/span.hpp"

#include <algorithm>
#include <tuple>

namespace stedi::lakehouse {

std::int64_t day_of(std::int64_t time_ms) {
  return time_ms / day_ms - (time_ms % day_ms < 0 ? 1 : 0);
}

void merge_spans(std::vector<Span>& spans, std::int64_t within_ms) {
  std::ranges::sort(spans, {}, [](const Span& span) { return std::tie(span.id, span.from_ms); });
  std::size_t kept = 0;
  for (const Span& span : spans) {
    if (span.from_ms >= span.to_ms) continue;
    Span* last = kept == 0 ? nullptr : &spans[kept - 1];
    if (last != nullptr && last->id == span.id && span.from_ms <= last->to_ms + within_ms) {
      last->to_ms = std::max(last->to_ms, span.to_ms);
    } else {
      spans[kept++] = span;
    }
  }
  spans.resize(kept);
}

void widen_to_days(std::vector<Span>& spans) {
  for (Span& span : spans) {
    span.from_ms = day_of(span.from_ms) * day_ms;
    span.to_ms = (day_of(span.to_ms - 1) + 1) * day_ms;
  }
}

}  // namespace stedi::lakehouse
