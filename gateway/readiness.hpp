// Whether the gateway can take readings to the disk, and if not, why.
#pragma once

#include <mutex>
#include <optional>
#include <string>

namespace stedi::gateway {

// Thread-safe.
class Readiness {
 public:
  // nullopt: nothing is wrong.
  using Trouble = std::optional<std::string>;

  void set_broker(Trouble trouble) { set(broker_, std::move(trouble)); }
  void set_store(Trouble trouble) { set(store_, std::move(trouble)); }
  void set_disk(Trouble trouble) { set(disk_, std::move(trouble)); }
  void set_stopping() { set(stopping_, "stopping"); }

  // Why it is not ready, in one line.
  Trouble why_not() const {
    const std::lock_guard lock(mutex_);
    for (const Trouble* trouble : {&stopping_, &store_, &disk_}) {
      if (*trouble) return *trouble;
    }
    return broker_;
  }
  // Each cause by itself: several may hold at once.
  struct Causes {
    bool stopping = false;
    bool store = false;
    bool disk = false;
    bool broker = false;
  };
  Causes causes() const {
    const std::lock_guard lock(mutex_);
    return {stopping_.has_value(), store_.has_value(), disk_.has_value(), broker_.has_value()};
  }
  bool ready() const { return !why_not(); }
  // Whether what arrives would be landed: the broker aside.
  bool can_land() const {
    const std::lock_guard lock(mutex_);
    return !stopping_ && !store_ && !disk_;
  }

 private:
  void set(Trouble& which, Trouble trouble) {
    const std::lock_guard lock(mutex_);
    which = std::move(trouble);
  }

  mutable std::mutex mutex_;
  Trouble broker_ = "not connected to the broker yet";
  Trouble store_;
  Trouble disk_;
  Trouble stopping_;
};

}  // namespace stedi::gateway
