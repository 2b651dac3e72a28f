#include "firmware_sim/faults/faulty_client.hpp"

#include <algorithm>
#include <charconv>

#include "core/digest/digest.hpp"
#include "core/wire/ack.hpp"
#include "core/wire/topic.hpp"

namespace stedi::firmware {

namespace {

constexpr std::int64_t retry_ms = 20;  // after the inner client's buffer was full

struct BatchLabel {
  std::string boot;
  std::int64_t seq = 0;
};

// What our own envelopes begin with: {"v":1,"boot":"…","seq":N,
BatchLabel label_of(std::string_view payload) {
  constexpr std::string_view boot_key = "\"boot\":\"";
  constexpr std::string_view seq_key = "\"seq\":";
  BatchLabel label;
  const auto boot = payload.find(boot_key);
  const auto seq = payload.find(seq_key);
  if (boot == std::string_view::npos || seq == std::string_view::npos) return label;
  const std::string_view rest = payload.substr(boot + boot_key.size());
  label.boot = rest.substr(0, rest.find('"'));
  const char* digits = payload.data() + seq + seq_key.size();
  std::from_chars(digits, payload.data() + payload.size(), label.seq);
  return label;
}

// The member `acked` of an ack, as it stands there.
std::string acked_of(const wire::Ack& ack) {
  std::string text = "{";
  for (const auto& [stream, ranges] : ack.acked) {
    text += (text.size() > 1 ? ",\"" : "\"") + std::string(wire::stream_name(stream)) + "\":[";
    for (const wire::SeqRange& range : ranges)
      text += (text.back() == '[' ? "[" : ",[") + std::to_string(range.from) + "," +
              std::to_string(range.to) + "]";
    text += "]";
  }
  return text + "}";
}

bool may_be_struck(std::string_view topic) {
  return wire::parse_up_topic(topic).has_value() || wire::parse_ack_topic(topic).has_value();
}

}  // namespace

FaultyClient::Way::Way(const Faults& faults, CounterRandom source)
    : drop(faults.drop, source.stream("drop")),
      corrupt(faults.corrupt, source.stream("corrupt")),
      duplicate(faults.duplicate, source.stream("duplicate")),
      reorder({faults.reorder.probability, 1}, source.stream("reorder")),
      delay(faults.delay.when, source.stream("delay")),
      random(source.stream("amounts")) {}

// One fault a message, and the same draws whatever the others say.
FaultyClient::Struck FaultyClient::Way::strike() {
  const std::pair<Struck, bool> draws[] = {{Struck::drop, drop.next()},
                                           {Struck::corrupt, corrupt.next()},
                                           {Struck::duplicate, duplicate.next()},
                                           {Struck::reorder, reorder.next()},
                                           {Struck::delay, delay.next()}};
  for (const auto& [struck, is_drawn] : draws)
    if (is_drawn) return struck;
  return Struck::no;
}

FaultyClient::FaultyClient(FaultyLink link, mqtt::Options options, mqtt::Handlers handlers,
                           MakeClient make_client, const Clock& clock, FaultLedger& ledger)
    : link_(std::move(link)),
      options_(std::move(options)),
      handlers_(std::move(handlers)),
      make_client_(std::move(make_client)),
      clock_(clock),
      ledger_(ledger),
      device_(options_.client_id),
      up_(link_.faults, link_.random.stream("up")),
      down_(link_.faults, link_.random.stream("down")) {}

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
    if (up_.held.size() >= max_held_messages) return fail("publish: the line is full");
    take_in(up_, {Direction::up, std::string(topic), std::string(payload), retain});
  }
  return drive();
}

std::size_t FaultyClient::unconfirmed() const {
  const std::size_t inner = inner_ ? inner_->unconfirmed() : 0;
  const std::lock_guard lock(mutex_);
  return inner + up_.held.size() + up_.overtaken.size();
}

bool FaultyClient::ready() const {
  const std::lock_guard lock(mutex_);
  return told_ready_;
}

void FaultyClient::close(std::chrono::milliseconds patience) {
  is_closed_ = true;
  std::vector<Message> rest;
  {
    const std::lock_guard lock(mutex_);
    told_ready_ = false;
    if (!half_open_until_ms_) {
      for (auto& [when, message] : up_.held) rest.push_back(std::move(message));
      for (Overtaken& overtaken : up_.overtaken) rest.push_back(std::move(overtaken.message));
    }
    up_.held.clear();
    up_.overtaken.clear();
  }
  if (!inner_) return;
  for (const Message& message : rest) (void)inner_->publish(message.topic, message.payload, message.retain);
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
  auto inner = make_client_(options_, inner_handlers());
  if (!inner) return Failure(inner.error());
  inner_ = std::move(*inner);
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
    up_.held.clear();
    up_.overtaken.clear();
    down_.held.clear();
    down_.overtaken.clear();
  }
  if (handlers_.on_lost) handlers_.on_lost(reason);
}

void FaultyClient::on_message(std::string_view topic, std::string_view payload) {
  const std::lock_guard lock(mutex_);
  take_in(down_, {Direction::down, std::string(topic), std::string(payload), false});
}

// ---- What strikes one message

void FaultyClient::take_in(Way& way, Message message) {
  const bool may = may_be_struck(message.topic);
  if (half_open_until_ms_) {
    if (may) note("half_open", message);
    return;
  }
  switch (may ? way.strike() : Struck::no) {
    case Struck::no:
      return hold(way, std::move(message), 0);
    case Struck::drop:
      return note("drop", message);
    case Struck::corrupt: {
      const Message sound = message;
      damage(way, message.payload);
      note("corrupt", sound, hex(sha256(message.payload)));
      return hold(way, std::move(message), 0);
    }
    case Struck::duplicate:
      note("duplicate", message);
      hold(way, message, 0);
      return hold(way, std::move(message), 0);
    case Struck::reorder:
      note("reorder", message);
      way.overtaken.push_back({std::move(message), link_.faults.reorder.burst,
                               clock_.monotonic_ms() + scaled_ms(reorder_patience_ms)});
      return;
    case Struck::delay:
      note("delay", message);
      return hold(way, std::move(message),
                  scaled_ms(way.random.between(link_.faults.delay.least_ms, link_.faults.delay.most_ms)));
  }
}

// Those without extra time keep their order.
void FaultyClient::hold(Way& way, Message message, std::int64_t extra_ms) {
  const std::int64_t jitter_ms =
      link_.network.jitter_ms > 0 ? way.random.between(0, link_.network.jitter_ms) : 0;
  std::int64_t when_ms =
      clock_.monotonic_ms() + scaled_ms(link_.network.latency_ms) + scaled_ms(jitter_ms) + extra_ms;
  if (extra_ms == 0) way.latest_ms = when_ms = std::max(when_ms, way.latest_ms);
  way.held.emplace(when_ms, std::move(message));
}

void FaultyClient::damage(Way& way, std::string& payload) {
  if (payload.empty()) return;
  payload[static_cast<std::size_t>(way.random.between(0, static_cast<std::int64_t>(payload.size()) - 1))] =
      damaged_byte;
}

void FaultyClient::note(std::string_view kind, const Message& message, const std::string& digest) {
  FaultLine line;
  line.id = std::string(kind) + ":" + link_.name + ":" + std::to_string(++struck_);
  line.kind = kind;
  line.at_ms = clock_.wall_ms();
  line.digest = digest;
  if (message.direction == Direction::up) {
    const auto up = wire::parse_up_topic(message.topic);
    const BatchLabel label = label_of(message.payload);
    line.device = up->device;
    line.stream = wire::stream_name(up->stream);
    line.boot = label.boot;
    line.seq = label.seq;
    line.expect = digest.empty() ? Expectation::landed_or_gap : Expectation::quarantined;
  } else {
    line.device = *wire::parse_ack_topic(message.topic);
    const auto ack = wire::decode_ack(message.payload);
    if (ack && ack->boot) line.boot = *ack->boot;
    if (ack) line.acked = acked_of(*ack);
    line.expect = Expectation::settled;
  }
  ledger_.add(line);
}

// ---- What strikes the connection

void FaultyClient::note_timed(std::string_view kind, std::int64_t lasts_ms, std::int64_t data_ms) {
  FaultLine line;
  line.id = std::string(kind) + ":" + link_.name + ":" + std::to_string(++struck_);
  line.kind = kind;
  line.at_ms = clock_.wall_ms();
  line.data_ms = data_ms;
  line.device = device_;
  line.lasts_ms = lasts_ms;
  line.expect = Expectation::law;
  ledger_.add(line);
}

bool FaultyClient::is_struck() const {
  const std::lock_guard lock(mutex_);
  return down_until_ms_ || half_open_until_ms_ || narrow_until_ms_;
}

void FaultyClient::flap(std::int64_t lasts_ms, std::int64_t data_ms) {
  bool was_ready = false;
  {
    const std::lock_guard lock(mutex_);
    note_timed("flap", lasts_ms, data_ms);
    lose_held("flap");
    down_until_ms_ = clock_.monotonic_ms() + lasts_ms;
  }
  hang_up();
  {
    const std::lock_guard lock(mutex_);
    was_ready = std::exchange(told_ready_, false);
  }
  if (was_ready && handlers_.on_lost) handlers_.on_lost("the line went down");
}

void FaultyClient::go_half_open(std::int64_t lasts_ms, std::int64_t data_ms) {
  const std::lock_guard lock(mutex_);
  note_timed("half_open", lasts_ms, data_ms);
  lose_held("half_open");
  half_open_until_ms_ = clock_.monotonic_ms() + lasts_ms;
}

void FaultyClient::narrow(std::int64_t lasts_ms, std::int64_t data_ms) {
  const std::lock_guard lock(mutex_);
  note_timed("bandwidth", lasts_ms, data_ms);
  narrow_until_ms_ = clock_.monotonic_ms() + lasts_ms;
}

// What was on its way when the line went.
void FaultyClient::lose_held(std::string_view kind) {
  for (Way* way : {&up_, &down_}) {
    for (const auto& [when, message] : way->held)
      if (may_be_struck(message.topic)) note(kind, message);
    for (const Overtaken& overtaken : way->overtaken) note(kind, overtaken.message);
    way->held.clear();
    way->overtaken.clear();
  }
}

// ---- Going on

Result<void> FaultyClient::drive() {
  if (is_closed_) return {};
  std::vector<Message> up;
  std::vector<Message> down;
  bool comes_up = false;
  bool ends_half_open = false;
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t now_ms = clock_.monotonic_ms();
    if (narrow_until_ms_ && *narrow_until_ms_ <= now_ms) narrow_until_ms_.reset();
    if (down_until_ms_ && *down_until_ms_ <= now_ms) {
      down_until_ms_.reset();
      comes_up = true;
    }
    if (half_open_until_ms_ && *half_open_until_ms_ <= now_ms) {
      half_open_until_ms_.reset();
      comes_up = ends_half_open = true;
    }
    up = take_due(up_);
    down = take_due(down_);
  }
  for (const Message& message : down)
    if (handlers_.on_message) handlers_.on_message(message.topic, message.payload);
  pass_up(std::move(up));
  if (ends_half_open) {  // what nobody noticed for so long is noticed now
    hang_up();
    bool was_ready = false;
    {
      const std::lock_guard lock(mutex_);
      was_ready = std::exchange(told_ready_, false);
    }
    if (was_ready && handlers_.on_lost) handlers_.on_lost("the connection was half open");
  }
  return comes_up ? connect_anew() : Result<void>();
}

std::vector<FaultyClient::Message> FaultyClient::take_due(Way& way) {
  std::vector<Message> due;
  const std::int64_t now_ms = clock_.monotonic_ms();
  while (!way.held.empty() && way.held.begin()->first <= now_ms) {
    if (!line_lets_through(way.held.begin()->second)) break;
    due.push_back(std::move(way.held.begin()->second));
    way.held.erase(way.held.begin());
    count_passed(way, due);
  }
  for (auto it = way.overtaken.begin(); it != way.overtaken.end();) {
    if (it->deadline_ms > now_ms) {
      ++it;
      continue;
    }
    due.push_back(std::move(it->message));
    it = way.overtaken.erase(it);
  }
  return due;
}

void FaultyClient::count_passed(Way& way, std::vector<Message>& due) {
  for (auto it = way.overtaken.begin(); it != way.overtaken.end();) {
    if (--it->by > 0) {
      ++it;
      continue;
    }
    due.push_back(std::move(it->message));
    it = way.overtaken.erase(it);
  }
}

// A narrow line takes one message after the other.
bool FaultyClient::line_lets_through(const Message& message) {
  if (!narrow_until_ms_) return true;
  const auto now_ms = static_cast<double>(clock_.monotonic_ms());
  if (line_free_at_ms_ > now_ms) return false;
  const double bytes = static_cast<double>(message.topic.size() + message.payload.size());
  const double bytes_per_ms =
      static_cast<double>(link_.faults.bandwidth.bytes_per_s) * link_.time_scale / 1'000;
  line_free_at_ms_ = now_ms + bytes / bytes_per_ms;
  return true;
}

void FaultyClient::pass_up(std::vector<Message> due) {
  for (Message& message : due) {
    if (!inner_ || !inner_->ready()) return;  // lost on the way, as always
    if (inner_->publish(message.topic, message.payload, message.retain)) continue;
    const std::lock_guard lock(mutex_);
    up_.held.emplace(clock_.monotonic_ms() + retry_ms, std::move(message));
  }
}

std::optional<std::int64_t> FaultyClient::next_ms() const {
  const std::lock_guard lock(mutex_);
  std::optional<std::int64_t> next;
  const auto consider = [&next](std::int64_t when_ms) { next = std::min(next.value_or(when_ms), when_ms); };
  for (const auto& until : {down_until_ms_, half_open_until_ms_, narrow_until_ms_})
    if (until) consider(*until);
  for (const Way* way : {&up_, &down_}) {
    if (!way->held.empty()) {
      const auto free_ms = narrow_until_ms_ ? static_cast<std::int64_t>(line_free_at_ms_) + 1 : 0;
      consider(std::max(way->held.begin()->first, free_ms));
    }
    for (const Overtaken& overtaken : way->overtaken) consider(overtaken.deadline_ms);
  }
  return next;
}

std::int64_t FaultyClient::scaled_ms(std::int64_t ms) const {
  return static_cast<std::int64_t>(static_cast<double>(ms) / link_.time_scale);
}

}  // namespace stedi::firmware
