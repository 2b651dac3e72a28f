// One thread that waits for all sockets of a pool, wakes what is due, and carries out what other threads ask.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace stedi::mqtt {

using SteadyClock = std::chrono::steady_clock;

// What a reactor drives. Its member functions are called on the reactor's thread alone.
class Driven {
 public:
  virtual ~Driven() = default;
  virtual void on_socket(std::uint32_t events) = 0;
  virtual void on_woken() = 0;  // after wake()
  virtual void on_timer() = 0;  // its time has come
};

class Reactor {
 public:
  Reactor();
  ~Reactor();
  Reactor(const Reactor&) = delete;
  Reactor& operator=(const Reactor&) = delete;

  // From any thread: on_woken() soon, once for any number of calls before it. The reactor holds what it
  // drives from the first wake() to its forget().
  void wake(const std::shared_ptr<Driven>& driven);

  // On the reactor's thread.
  void watch(int socket, std::uint32_t events, Driven& driven);
  void watch_for(int socket, std::uint32_t events, Driven& driven);  // of a socket that is watched
  void unwatch(int socket);
  // One timer each: `from` is what was set before, epoch() for none; so is `to` to set none.
  void set_timer(Driven& driven, SteadyClock::time_point from, SteadyClock::time_point to);
  // Nothing is driven any more after the present call; drops what wake() took hold of.
  void forget(Driven& driven);

  static constexpr SteadyClock::time_point epoch() { return {}; }

 private:
  void run();
  int patience_ms() const;
  void take_woken();
  void take_timers();

  const int epoll_;
  const int bell_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Driven>> woken_;  // by mutex_
  bool stopping_ = false;                       // by mutex_
  std::set<std::shared_ptr<Driven>> held_;
  std::set<const Driven*> forgotten_;  // in this round
  std::set<std::pair<SteadyClock::time_point, Driven*>> timers_;
  std::thread thread_;
};

}  // namespace stedi::mqtt
