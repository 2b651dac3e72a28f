// A simulated computer that may die between any two effects of the process on it. An effect is what outlives
// the process's memory: a write, a sync, a message.
#pragma once

#include <optional>

namespace stedi::simulation {

enum class Effect { disk_write, disk_sync, batch, ack, status };

class Machine {
 public:
  // Whether the effect happens: a dead machine has none. The one at which the machine dies does not happen.
  bool effect(Effect kind) {
    if (dead_) return false;
    if (!effects_left_ || (*effects_left_)-- > 0) return true;
    dead_ = true;
    died_at_ = kind;
    return false;
  }
  // It dies at the effect after `effects` more.
  void die_after(int effects) { effects_left_ = effects; }
  bool is_dead() const { return dead_; }
  // nullopt: it did not die at an effect.
  std::optional<Effect> died_at() const { return died_at_; }
  void revive() { *this = Machine(); }

 private:
  bool dead_ = false;
  std::optional<int> effects_left_;
  std::optional<Effect> died_at_;
};

}  // namespace stedi::simulation
