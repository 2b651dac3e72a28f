#include "firmware_sim/people/physics/timeline.hpp"

#include <algorithm>

#include "firmware_sim/people/physics/near_normal.hpp"

namespace stedi::firmware {

Timeline::Timeline(const Sittings& sittings, std::span<const Activity> activities, const Gait& gait,
                   CounterRandom random)
    : sittings_(&sittings), activities_(activities), gait_(gait), random_(random) {
  for (const Activity& activity : activities) shares_ += activity.share;
  CounterRandom start = random.stream("start");
  first_s_ = evenly(start, 0, sittings.spread_s);
  sitting_start_s_ = first_s_;
  free_from_s_ = first_s_;
}

bool Timeline::is_sitting_over() const {
  if (sittings_->length_s > 0) return free_from_s_ >= sitting_start_s_ + sittings_->length_s;
  return activity_ >= activities_.size();
}

const Activity& Timeline::choose(CounterRandom& random) const {
  if (sittings_->length_s <= 0) return activities_[activity_];
  double place = random.fraction() * shares_;
  for (const Activity& activity : activities_) {
    if (place < activity.share) return activity;
    place -= activity.share;
  }
  return activities_.back();
}

std::optional<ActivityRun> Timeline::next() {
  if (is_sitting_over()) {
    ++sitting_;
    activity_ = 0;
    sitting_start_s_ = std::max(free_from_s_, first_s_ + static_cast<double>(sitting_) * sittings_->every_s);
    free_from_s_ = sitting_start_s_;
  }
  if (sitting_ >= sittings_->per_person || activities_.empty()) return std::nullopt;
  CounterRandom random = random_.stream(static_cast<std::uint64_t>(sitting_)).stream(activity_);
  const ActivityRun run(choose(random), gait_, random.stream("run"), free_from_s_);
  ++activity_;
  free_from_s_ = run.end_s();
  return run;
}

}  // namespace stedi::firmware
