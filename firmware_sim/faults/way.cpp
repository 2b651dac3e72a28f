#include "firmware_sim/faults/way.hpp"

#include <algorithm>
#include <iterator>

namespace stedi::firmware {

Way::Way(const FaultyLink& link, CounterRandom random)
    : link_(link),
      drop_(link.faults.drop, random.stream("drop")),
      corrupt_(link.faults.corrupt, random.stream("corrupt")),
      duplicate_(link.faults.duplicate, random.stream("duplicate")),
      reorder_({link.faults.reorder.probability, 1}, random.stream("reorder")),
      delay_(link.faults.delay.when, random.stream("delay")),
      random_(random.stream("amounts")) {}

Way::Struck Way::strike() {
  const std::pair<Struck, bool> draws[] = {{Struck::drop, drop_.next()},
                                           {Struck::corrupt, corrupt_.next()},
                                           {Struck::duplicate, duplicate_.next()},
                                           {Struck::reorder, reorder_.next()},
                                           {Struck::delay, delay_.next()}};
  for (const auto& [struck, is_drawn] : draws)
    if (is_drawn) return struck;
  return Struck::no;
}

void Way::damage(std::string& payload) {
  if (payload.empty()) return;
  const auto last = static_cast<std::int64_t>(std::min(payload.size(), damaged_front_bytes)) - 1;
  payload[static_cast<std::size_t>(random_.between(0, last))] = damaged_byte;
}

void Way::hold(LineMessage message, std::int64_t now_ms, std::int64_t extra_ms) {
  const Network& network = link_.network;
  const std::int64_t jitter_ms = network.jitter_ms > 0 ? random_.between(0, network.jitter_ms) : 0;
  std::int64_t when_ms = now_ms + scaled_ms(network.latency_ms) + scaled_ms(jitter_ms) + extra_ms;
  if (extra_ms == 0) latest_ms_ = when_ms = std::max(when_ms, latest_ms_);
  held_.emplace(when_ms, std::move(message));
}

void Way::delay(LineMessage message, std::int64_t now_ms) {
  const DelayFault& delay = link_.faults.delay;
  hold(std::move(message), now_ms, scaled_ms(random_.between(delay.least_ms, delay.most_ms)));
}

void Way::let_overtake(LineMessage message, std::int64_t now_ms) {
  overtaken_.push_back(
      {std::move(message), link_.faults.reorder.burst, now_ms + scaled_ms(reorder_patience_ms)});
}

template <typename GoesOn>
void Way::take_overtaken(GoesOn goes_on, std::vector<LineMessage>& due) {
  for (auto it = overtaken_.begin(); it != overtaken_.end();) {
    if (!goes_on(*it)) {
      ++it;
      continue;
    }
    due.push_back(std::move(it->message));
    it = overtaken_.erase(it);
  }
}

std::vector<LineMessage> Way::take_due(std::int64_t now_ms,
                                       const std::function<bool(const LineMessage&)>& lets_through) {
  std::vector<LineMessage> due;
  while (!held_.empty() && held_.begin()->first <= now_ms && lets_through(held_.begin()->second)) {
    due.push_back(std::move(held_.begin()->second));
    held_.erase(held_.begin());
    take_overtaken([](Overtaken& overtaken) { return --overtaken.by <= 0; }, due);
  }
  take_overtaken([now_ms](const Overtaken& overtaken) { return overtaken.deadline_ms <= now_ms; }, due);
  return due;
}

std::vector<LineMessage> Way::take_all() {
  std::vector<LineMessage> all;
  for (auto& [when_ms, message] : held_) all.push_back(std::move(message));
  held_.clear();
  take_overtaken([](const Overtaken&) { return true; }, all);
  return all;
}

std::optional<std::int64_t> Way::next_ms(std::int64_t free_ms) const {
  std::optional<std::int64_t> next;
  const auto consider = [&next](std::int64_t when_ms) { next = std::min(next.value_or(when_ms), when_ms); };
  if (!held_.empty()) consider(std::max(held_.begin()->first, free_ms));
  for (const Overtaken& overtaken : overtaken_) consider(overtaken.deadline_ms);
  return next;
}

std::int64_t Way::scaled_ms(std::int64_t ms) const {
  return static_cast<std::int64_t>(static_cast<double>(ms) / link_.time_scale);
}

}  // namespace stedi::firmware
