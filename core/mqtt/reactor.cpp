#include "core/mqtt/reactor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace stedi::mqtt {

namespace {
constexpr int events_a_round = 256;
constexpr int longest_wait_ms = 1'000;
}  // namespace

Reactor::Reactor() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (epoll_ < 0 || bell_ < 0)
    throw std::runtime_error("no file descriptor left for MQTT connections: raise the limit (ulimit -n)");
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;  // the bell
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_, &event);
  thread_ = std::thread([this] { run(); });
}

Reactor::~Reactor() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ::eventfd_write(bell_, 1);
  thread_.join();
  ::close(bell_);
  ::close(epoll_);
}

void Reactor::wake(const std::shared_ptr<Driven>& driven) {
  {
    const std::lock_guard lock(mutex_);
    const bool is_first = woken_.empty();
    woken_.push_back(driven);
    if (!is_first) return;  // the bell is ringing already
  }
  ::eventfd_write(bell_, 1);
}

void Reactor::watch(int socket, std::uint32_t events, Driven& driven) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &driven;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
}

void Reactor::watch_for(int socket, std::uint32_t events, Driven& driven) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &driven;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event);
}

void Reactor::unwatch(int socket) {
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, socket, nullptr);
}

void Reactor::set_timer(Driven& driven, SteadyClock::time_point from, SteadyClock::time_point to) {
  if (from != epoch()) timers_.erase({from, &driven});
  if (to != epoch()) timers_.emplace(to, &driven);
}

void Reactor::forget(Driven& driven) {
  forgotten_.insert(&driven);
}

void Reactor::run() {
  std::array<epoll_event, events_a_round> events;
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), events_a_round, patience_ms());
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      auto* const driven = static_cast<Driven*>(event.data.ptr);
      if (driven != nullptr && !forgotten_.contains(driven)) driven->on_socket(event.events);
    }
    take_woken();
    take_timers();
    if (!forgotten_.empty())
      std::erase_if(held_, [this](const auto& driven) { return forgotten_.contains(driven.get()); });
    forgotten_.clear();
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
  }
}

int Reactor::patience_ms() const {
  if (timers_.empty()) return longest_wait_ms;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(timers_.begin()->first - SteadyClock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, longest_wait_ms));
}

void Reactor::take_woken() {
  eventfd_t rung = 0;
  ::eventfd_read(bell_, &rung);
  std::vector<std::shared_ptr<Driven>> woken;
  {
    const std::lock_guard lock(mutex_);
    woken.swap(woken_);
  }
  for (const auto& driven : woken) {
    if (forgotten_.contains(driven.get())) continue;
    held_.insert(driven);
    driven->on_woken();
  }
}

void Reactor::take_timers() {
  const auto now = SteadyClock::now();
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Driven* const driven = timers_.begin()->second;
    timers_.erase(timers_.begin());
    driven->on_timer();
  }
}

}  // namespace stedi::mqtt
