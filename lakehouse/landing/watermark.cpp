#include "lakehouse/landing/watermark.hpp"

#include <algorithm>
#include <charconv>

namespace stedi::landing {

namespace {

using Ranges = std::vector<wire::SeqRange>;

// Takes a whole number and the separator behind it off the front of `text`.
std::int64_t take_number(std::string_view& text) {
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

// Takes in every range that overlaps or touches the new one.
void add_to(Ranges& ranges, wire::SeqRange range) {
  const auto first =
      std::find_if(ranges.begin(), ranges.end(), [&](const auto& r) { return r.to >= range.from - 1; });
  auto last = first;
  for (; last != ranges.end() && last->from <= range.to + 1; ++last) {
    range = {std::min(range.from, last->from), std::max(range.to, last->to)};
  }
  ranges.insert(ranges.erase(first, last), range);
}

std::string text_of(const Ranges& ranges) {
  std::string text;
  for (const auto& range : ranges) {
    if (!text.empty()) text += ' ';
    text += std::to_string(range.from) + "-" + std::to_string(range.to);
  }
  return text;
}

Ranges ranges_above(std::int64_t prefix, std::string_view text) {
  Ranges ranges;
  while (!text.empty()) {
    const std::int64_t from = take_number(text);
    const std::int64_t to = take_number(text);
    if (from > prefix && to >= from) add_to(ranges, {from, to});
  }
  return ranges;
}

std::int64_t first_forgotten(std::string_view text) {
  while (!text.empty()) {
    const std::int64_t from = take_number(text);
    if (take_number(text) == 0) return from;
  }
  return 0;
}

}  // namespace

Watermark::Verdict Watermark::judge(std::int64_t seq, std::size_t max_ranges) const {
  if (seq <= prefix_) return Verdict::landed;
  const auto above =
      std::find_if(ranges_.begin(), ranges_.end(), [&](const auto& range) { return range.to >= seq; });
  if (above != ranges_.end() && above->from <= seq) return Verdict::landed;
  const bool has_room =
      ranges_.size() < max_ranges || joins(with_hole_below(seq)) || absorbable() != lost_.end();
  return has_room ? Verdict::fresh : Verdict::too_far;
}

void Watermark::add(std::int64_t seq, std::size_t max_ranges) {
  // Rebuilt from the batch log, or under a lower limit than before, there may be nothing to absorb.
  if (ranges_.size() >= max_ranges && !joins({seq, seq})) {
    const auto bridge = with_hole_below(seq);
    if (joins(bridge)) return add_landed(bridge);
    if (const auto lost = absorbable(); lost != lost_.end()) absorb(lost);
  }
  add_landed({seq, seq});
}

void Watermark::add_lost(wire::SeqRange range, std::size_t max_ranges) {
  range.from = std::max(range.from, prefix_ + 1);
  if (range.from > range.to || has_landed(range)) return;
  if (forgets_lost() && range.from >= forgotten_from_) return;  // so that the lowest are remembered
  add_to(lost_, range);
  while (lost_.size() > max_ranges) {
    if (const auto free = absorbable(); free != lost_.end()) {
      absorb(free);
      continue;
    }
    forgotten_from_ = lost_.back().from;
    lost_.pop_back();
  }
}

bool Watermark::misses_lost(std::size_t max_ranges) const {
  return forgets_lost() && (lost_.size() < max_ranges || lost_.back().to + 1 >= forgotten_from_);
}

void Watermark::begin_lost_anew() {
  lost_.clear();
  forgotten_from_ = 0;
}

bool Watermark::has_landed(wire::SeqRange range) const {
  return range.to <= prefix_ || std::any_of(ranges_.begin(), ranges_.end(), [&](const auto& landed) {
           return landed.from <= range.from && range.to <= landed.to;
         });
}

// Whether landing this range would leave no more ranges than there are.
bool Watermark::joins(wire::SeqRange range) const {
  if (range.from <= prefix_ + 1) return true;
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const auto& r) { return r.from <= range.to + 1 && r.to >= range.from - 1; });
}

// The batch and, when all of it was given up, the hole between it and what has landed below it.
wire::SeqRange Watermark::with_hole_below(std::int64_t seq) const {
  std::int64_t end_below = prefix_;
  for (const auto& range : ranges_) {
    if (range.to < seq) end_below = range.to;
  }
  const bool is_given_up = std::any_of(lost_.begin(), lost_.end(), [&](const auto& lost) {
    return lost.from <= end_below + 1 && lost.to >= seq - 1;
  });
  return is_given_up ? wire::SeqRange{end_below + 1, seq} : wire::SeqRange{seq, seq};
}

// The lowest lost range that reaches from one landed range (or the prefix) to the next.
Watermark::Ranges::const_iterator Watermark::absorbable() const {
  return std::find_if(lost_.begin(), lost_.end(), [this](const wire::SeqRange& lost) {
    std::int64_t end_below = prefix_;
    for (const auto& range : ranges_) {
      if (lost.from <= end_below + 1 && lost.to >= range.from - 1) return true;
      end_below = range.to;
    }
    return false;
  });
}

// The holes that this lost range fills whole count as landed; what of it reaches further stays lost.
void Watermark::absorb(Ranges::const_iterator place) {
  const wire::SeqRange lost = *place;
  std::int64_t end_below = prefix_;
  Ranges holes;
  for (const auto& range : ranges_) {
    if (lost.from <= end_below + 1 && lost.to >= range.from - 1)
      holes.push_back({end_below + 1, range.from - 1});
    end_below = range.to;
  }
  for (const auto& hole : holes) add_landed(hole);
}

void Watermark::add_landed(wire::SeqRange range) {
  add_to(ranges_, range);
  if (ranges_.front().from <= prefix_ + 1) {
    prefix_ = std::max(prefix_, ranges_.front().to);
    ranges_.erase(ranges_.begin());
  }
  std::erase_if(lost_, [this](const auto& lost) { return has_landed(lost); });
  if (!lost_.empty()) lost_.front().from = std::max(lost_.front().from, prefix_ + 1);
}

std::string Watermark::ranges_text() const {
  return text_of(ranges_);
}

std::string Watermark::lost_text() const {
  Ranges all = lost_;
  if (forgets_lost()) all.push_back({forgotten_from_, 0});
  return text_of(all);
}

Watermark Watermark::restore(std::int64_t prefix, std::string_view ranges_text, std::string_view lost_text) {
  Watermark watermark;
  watermark.prefix_ = prefix;
  for (const auto& range : ranges_above(prefix, ranges_text)) watermark.add_landed(range);
  watermark.lost_ = ranges_above(watermark.prefix_, lost_text);
  watermark.forgotten_from_ = first_forgotten(lost_text);
  return watermark;
}

}  // namespace stedi::landing
