#include "lakehouse/landing/sequence_marks.hpp"

#include <algorithm>
#include <charconv>

namespace stedi::landing {

namespace {

// Takes a whole number and the separator behind it off the front of `text`.
std::int64_t take_number(std::string_view& text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

}  // namespace

SequenceMarks::Verdict SequenceMarks::judge(std::int64_t seq, std::size_t max_ranges) const {
  if (seq <= prefix_) return Verdict::landed;
  const auto above =
      std::find_if(ranges_.begin(), ranges_.end(), [&](const auto& range) { return range.to >= seq; });
  if (above != ranges_.end() && above->from <= seq) return Verdict::landed;
  const bool joins_next = above != ranges_.end() && above->from == seq + 1;
  const bool joins_previous = above == ranges_.begin() ? seq == prefix_ + 1 : std::prev(above)->to == seq - 1;
  if (joins_next || joins_previous || ranges_.size() < max_ranges) return Verdict::fresh;
  return Verdict::too_far;
}

void SequenceMarks::add(wire::SeqRange range) {
  // Takes in every range that overlaps or touches the new one.
  const auto first =
      std::find_if(ranges_.begin(), ranges_.end(), [&](const auto& r) { return r.to >= range.from - 1; });
  auto last = first;
  for (; last != ranges_.end() && last->from <= range.to + 1; ++last) {
    range = {std::min(range.from, last->from), std::max(range.to, last->to)};
  }
  ranges_.insert(ranges_.erase(first, last), range);
  if (ranges_.front().from <= prefix_ + 1) {
    prefix_ = std::max(prefix_, ranges_.front().to);
    ranges_.erase(ranges_.begin());
  }
}

std::string SequenceMarks::ranges_text() const {
  std::string text;
  for (const auto& range : ranges_) {
    if (!text.empty()) text += ' ';
    text += std::to_string(range.from) + "-" + std::to_string(range.to);
  }
  return text;
}

SequenceMarks SequenceMarks::restore(std::int64_t prefix, std::string_view ranges_text) {
  SequenceMarks marks;
  marks.prefix_ = prefix;
  while (!ranges_text.empty()) {
    const std::int64_t from = take_number(ranges_text);
    const std::int64_t to = take_number(ranges_text);
    if (from > prefix && to >= from) marks.add({from, to});
  }
  return marks;
}

}  // namespace stedi::landing
