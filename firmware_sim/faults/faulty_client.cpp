#include "firmware_sim/faults/faulty_client.hpp"

#include <algorithm>
#include <utility>

#include "core/digest/digest.hpp"

namespace stedi::firmware {

namespace {

constexpr std::int64_t retry_ms = 20;  // after the inner client's buffer was full

}  // namespace

FaultyClient::FaultyClient(FaultyLink link, mqtt::Options options, mqtt::Handlers handlers,
                           MakeClient make_client, const Clock& clock, FaultLog& log)
    : link_(std::move(link)),
      options_(std::move(options)),
      handlers_(std::move(handlers)),
      make_client_(std::move(make_client)),
      clock_(clock),
      log_(log),
      device_(options_.client_id),
      up_(link_, link_.random.stream("up")),
      down_(link_, link_.random.stream("down")) {}

FaultyClient::~FaultyClient() {
  hang_up();
}

// ---- As a client

Result<void> FaultyClient::start() {
  return connect_anew();
}

Result<void> FaultyClient::publish(std::string_view topic, std::string_view payload, bool retain) {
  {
    const std::lock_guard lock(mutex_);
    if (!told_ready_) return fail("publish: not connected");
    if (up_.is_full()) return fail("publish: the line is full");
    take_in(up_, {Direction::up, std::string(topic), std::string(payload), retain});
  }
  return drive();
}

std::size_t FaultyClient::unconfirmed() const {
  const std::size_t inner = inner_ ? inner_->unconfirmed() : 0;
  const std::lock_guard lock(mutex_);
  return inner + up_.size();
}

bool FaultyClient::ready() const {
  const std::lock_guard lock(mutex_);
  return told_ready_;
}

void FaultyClient::close(std::chrono::milliseconds patience) {
  is_closed_ = true;
  std::vector<LineMessage> rest;
  {
    const std::lock_guard lock(mutex_);
    told_ready_ = false;
    rest = up_.take_all();
    if (half_open_until_ms_) rest.clear();
  }
  if (!inner_) return;
  for (const LineMessage& message : rest)
    (void)inner_->publish(message.topic, message.payload, message.retain);
  inner_->close(patience);
}

// ---- The connection below

mqtt::Handlers FaultyClient::inner_handlers() {
  mqtt::Handlers handlers;
  handlers.on_message = [this](std::string_view topic, std::string_view payload) {
    on_message(topic, payload);
  };
  handlers.on_ready = [this] { on_inner_ready(); };
  handlers.on_lost = [this](std::string_view reason) { on_inner_lost(reason); };
  return handlers;
}

Result<void> FaultyClient::connect_anew() {
  inner_ = TRY(make_client_(options_, inner_handlers()));
  return inner_->start();
}

void FaultyClient::hang_up() {
  if (inner_) inner_->close(std::chrono::milliseconds(0));
  inner_.reset();
}

void FaultyClient::on_inner_ready() {
  {
    const std::lock_guard lock(mutex_);
    told_ready_ = true;
  }
  if (handlers_.on_ready) handlers_.on_ready();
}

void FaultyClient::on_inner_lost(std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    told_ready_ = false;
    (void)up_.take_all();
    (void)down_.take_all();
  }
  if (handlers_.on_lost) handlers_.on_lost(reason);
}

void FaultyClient::on_message(std::string_view topic, std::string_view payload) {
  const std::lock_guard lock(mutex_);
  take_in(down_, {Direction::down, std::string(topic), std::string(payload), false});
}

// ---- What strikes one message

void FaultyClient::take_in(Way& way, LineMessage message) {
  const bool may = may_be_struck(message.topic);
  if (half_open_until_ms_) {
    if (may) note("half_open", message);
    return;
  }
  const std::int64_t now_ms = clock_.monotonic_ms();
  switch (may ? way.strike() : Way::Struck::no) {
    case Way::Struck::no:
      return way.hold(std::move(message), now_ms);
    case Way::Struck::drop:
      return note("drop", message);
    case Way::Struck::corrupt:
      return damage(way, message);
    case Way::Struck::duplicate:
      note("duplicate", message);
      way.hold(message, now_ms);
      return way.hold(std::move(message), now_ms);
    case Way::Struck::reorder:
      note("reorder", message);
      return way.let_overtake(std::move(message), now_ms);
    case Way::Struck::delay:
      note("delay", message);
      return way.delay(std::move(message), now_ms);
  }
}

// The fault log names the batch as it was sealed.
void FaultyClient::damage(Way& way, const LineMessage& message) {
  LineMessage damaged = message;
  way.damage(damaged.payload);
  note("corrupt", message, hex(sha256(damaged.payload)));
  way.hold(std::move(damaged), clock_.monotonic_ms());
}

void FaultyClient::note(std::string_view kind, const LineMessage& message, const std::string& digest) {
  add_line(fault_of(kind, message, digest));
}

void FaultyClient::add_line(FaultLine line) {
  line.id = std::string(line.kind) + ":" + link_.name + ":" + std::to_string(++struck_);
  line.at_ms = clock_.wall_ms();
  log_.add(line);
}

// ---- What strikes the connection

void FaultyClient::note_timed(std::string_view kind, std::int64_t lasts_ms, std::int64_t data_ms) {
  FaultLine line;
  line.kind = kind;
  line.data_ms = data_ms;
  line.device = device_;
  line.lasts_ms = lasts_ms;
  line.expect = Expectation::law;
  add_line(std::move(line));
}

bool FaultyClient::is_struck() const {
  const std::lock_guard lock(mutex_);
  return down_until_ms_ || half_open_until_ms_ || narrow_until_ms_;
}

void FaultyClient::flap(std::int64_t lasts_ms, std::int64_t data_ms) {
  {
    const std::lock_guard lock(mutex_);
    note_timed("flap", lasts_ms, data_ms);
    lose_what_is_on_its_way("flap");
    down_until_ms_ = clock_.monotonic_ms() + lasts_ms;
  }
  hang_up();
  tell_lost("the connection went down");
}

void FaultyClient::go_half_open(std::int64_t lasts_ms, std::int64_t data_ms) {
  const std::lock_guard lock(mutex_);
  note_timed("half_open", lasts_ms, data_ms);
  lose_what_is_on_its_way("half_open");
  half_open_until_ms_ = clock_.monotonic_ms() + lasts_ms;
}

void FaultyClient::narrow(std::int64_t lasts_ms, std::int64_t data_ms) {
  const std::lock_guard lock(mutex_);
  note_timed("bandwidth", lasts_ms, data_ms);
  narrow_until_ms_ = clock_.monotonic_ms() + lasts_ms;
}

void FaultyClient::lose_what_is_on_its_way(std::string_view kind) {
  for (Way* way : {&up_, &down_}) {
    for (const LineMessage& message : way->take_all())
      if (may_be_struck(message.topic)) note(kind, message);
  }
}

void FaultyClient::tell_lost(std::string_view reason) {
  bool was_ready = false;
  {
    const std::lock_guard lock(mutex_);
    was_ready = std::exchange(told_ready_, false);
  }
  if (was_ready && handlers_.on_lost) handlers_.on_lost(reason);
}

// ---- Going on

struct FaultyClient::Due {
  std::vector<LineMessage> up;
  std::vector<LineMessage> down;
  bool comes_up = false;
  bool ends_half_open = false;
};

Result<void> FaultyClient::drive() {
  if (is_closed_) return {};
  Due due = take_due();
  for (const LineMessage& message : due.down)
    if (handlers_.on_message) handlers_.on_message(message.topic, message.payload);
  pass_up(std::move(due.up));
  if (due.ends_half_open) {  // what nobody noticed for so long is noticed now
    hang_up();
    tell_lost("the connection was half open");
  }
  return due.comes_up ? connect_anew() : Result<void>();
}

FaultyClient::Due FaultyClient::take_due() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ms = clock_.monotonic_ms();
  const auto is_over = [now_ms](std::optional<std::int64_t>& until_ms) {
    if (!until_ms || *until_ms > now_ms) return false;
    until_ms.reset();
    return true;
  };
  Due due;
  (void)is_over(narrow_until_ms_);
  due.comes_up = is_over(down_until_ms_);
  due.ends_half_open = is_over(half_open_until_ms_);
  due.comes_up = due.comes_up || due.ends_half_open;
  const auto lets_through = [this](const LineMessage& message) { return line_lets_through(message); };
  due.up = up_.take_due(now_ms, lets_through);
  due.down = down_.take_due(now_ms, lets_through);
  return due;
}

// A narrow line takes one message after the other.
bool FaultyClient::line_lets_through(const LineMessage& message) {
  if (!narrow_until_ms_) return true;
  const auto now_ms = static_cast<double>(clock_.monotonic_ms());
  if (line_free_at_ms_ > now_ms) return false;
  const double bytes = static_cast<double>(message.topic.size() + message.payload.size());
  const double bytes_per_ms =
      static_cast<double>(link_.faults.bandwidth.bytes_per_s) * link_.time_scale / 1'000;
  line_free_at_ms_ = now_ms + bytes / bytes_per_ms;
  return true;
}

void FaultyClient::pass_up(std::vector<LineMessage> due) {
  for (LineMessage& message : due) {
    if (!inner_ || !inner_->ready()) return;  // lost on the way, as always
    if (inner_->publish(message.topic, message.payload, message.retain)) continue;
    const std::lock_guard lock(mutex_);
    up_.try_again(std::move(message), clock_.monotonic_ms() + retry_ms);
  }
}

std::optional<std::int64_t> FaultyClient::next_ms() const {
  const std::lock_guard lock(mutex_);
  const std::int64_t free_ms = narrow_until_ms_ ? static_cast<std::int64_t>(line_free_at_ms_) + 1 : 0;
  std::optional<std::int64_t> next;
  for (const auto& when_ms : {down_until_ms_, half_open_until_ms_, narrow_until_ms_, up_.next_ms(free_ms),
                              down_.next_ms(free_ms)}) {
    if (when_ms) next = std::min(next.value_or(*when_ms), *when_ms);
  }
  return next;
}

}  // namespace stedi::firmware
