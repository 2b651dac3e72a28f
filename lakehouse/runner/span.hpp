// Spans of time of people or serials: what the runner makes anew of them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/clock.hpp"

namespace stedi::lakehouse {

// The instants [from_ms, to_ms) of one subject_id or trainer_id.
struct Span {
  std::int64_t id = 0;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  bool operator==(const Span&) const = default;
};

// The UTC day of an instant, counted from 1970; days before it are negative.
std::int64_t day_of(std::int64_t time_ms);

// Sorts them and makes one of those of one id that overlap or lie at most `within_ms` apart.
void merge_spans(std::vector<Span>& spans, std::int64_t within_ms);

// Each span to the whole UTC days it touches.
void widen_to_days(std::vector<Span>& spans);

}  // namespace stedi::lakehouse
