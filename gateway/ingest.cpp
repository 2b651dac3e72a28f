#include "gateway/ingest.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>
#include <vector>

#include "core/digest/digest.hpp"
#include "core/wire/topic.hpp"

namespace stedi::gateway {

namespace {

using landing::LandResult;

constexpr std::chrono::milliseconds idle_turn{1'000};

std::uint64_t microseconds_since(std::chrono::steady_clock::time_point start) {
  const auto took = std::chrono::steady_clock::now() - start;
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

std::string_view trouble_name(sqlite::Trouble trouble) {
  switch (trouble) {
    case sqlite::Trouble::busy:
      return "locked by another program";
    case sqlite::Trouble::full:
      return "the disk is full";
    case sqlite::Trouble::read_only:
      return "cannot be written";
    case sqlite::Trouble::io:
      return "input/output error";
    case sqlite::Trouble::corrupt:
      return "it is damaged: stop the gateway, see `stedi-lakehouse check`, restore a backup";
    case sqlite::Trouble::rejected:
      return "data rejected";
    case sqlite::Trouble::gone:
      return "landing.db is no longer at its path";
    case sqlite::Trouble::none:
    case sqlite::Trouble::other:
      return "it failed";
  }
  return "it failed";
}

landing::Message as_landing_message(const InboundMessage& message, const wire::Payload& payload) {
  return {message.device(),      message.stream(), payload, first_64_bits(sha256(message.payload())),
          message.received_ms(), message.payload()};
}

// A broker sends what it retained at each start anew: what has no name would land again each time.
bool is_kept_elsewhere(const InboundMessage& message, const wire::Payload& payload) {
  return message.delivery() == Delivery::retained && !payload.name && !payload.refused_envelope;
}

}  // namespace

// What one transaction holds; counted only once it is on disk. The messages are kept until then, so that one
// that the database refuses can be told from its neighbours.
struct Ingest::Group {
  std::vector<InboundMessage> messages;
  std::vector<InboundMessage::Instant> acknowledged;  // when those that get an ack arrived
  std::int64_t bytes = 0;
  std::int64_t records = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t withheld = 0;
  std::uint64_t refused = 0;
  std::uint64_t retained = 0;
  std::array<std::uint64_t, all_streams.size()> landed{};
  std::array<std::uint64_t, all_streams.size()> quarantined{};
  std::array<std::uint64_t, reason_count> reasons{};
};

Ingest::Ingest(GroupLimits limits, InboundQueue& queue, landing::Writer& writer, const Clock& clock,
               Metrics& metrics, Readiness& readiness, IngestPorts ports)
    : limits_(limits),
      queue_(queue),
      writer_(writer),
      clock_(clock),
      metrics_(metrics),
      readiness_(readiness),
      ports_(std::move(ports)),
      backoff_(limits.retry_min, limits.retry_max, std::random_device()()) {}

Ingest::Turn Ingest::run_once(std::chrono::milliseconds patience) {
  if (!queue_.wait_for_message(patience)) {
    say_refused_statements();
    probe_store();
    return Turn::idle;
  }
  gather(patience);
  Group group;
  // Before the first message is taken: while another writer holds the store, the queue keeps what it has.
  if (auto begun = writer_.begin(); !begun) return fail_group(0, begun.error());
  auto landed = fill(group);
  if (landed) landed = commit();
  is_flowing_ = group.messages.size() > 1;
  enough_ = enough_like(group);
  if (!landed && writer_.trouble() == sqlite::Trouble::rejected) return isolate(group);
  if (!landed) return fail_group(group.messages.size(), landed.error());
  finish(group);
  return Turn::committed;
}

// In the queue, where their memory is counted.
void Ingest::gather(std::chrono::milliseconds patience) {
  const auto most = std::min(patience, std::chrono::milliseconds(limits_.max_delay_ms));
  if (is_flowing_ && most.count() > 0) queue_.wait_for_calm(limits_.quiet, most, enough_);
}

// What has been gathered is taken whatever time that takes; what comes meanwhile, while the group is young.
Result<void> Ingest::fill(Group& group) {
  const std::int64_t started_ms = clock_.monotonic_ms();
  const std::size_t gathered = queue_.messages();
  while (auto message = queue_.pop()) {
    group.bytes += static_cast<std::int64_t>(message->cost_bytes());
    group.messages.push_back(std::move(*message));
    TRY(land(group.messages.back(), group));
    const bool is_full = group.records >= limits_.max_records || group.bytes >= limits_.max_bytes;
    const bool is_old = clock_.monotonic_ms() - started_ms >= limits_.max_delay_ms;
    if (is_full || (is_old && group.messages.size() >= gathered)) return {};
  }
  return {};
}

// How many such messages make a group that is worth its commit.
std::size_t Ingest::enough_like(const Group& group) const {
  if (group.messages.empty()) return enough_messages;
  const auto messages = static_cast<std::int64_t>(group.messages.size());
  const auto by_records =
      messages * std::min(enough_records, limits_.max_records) / std::max<std::int64_t>(1, group.records);
  const auto by_bytes = messages * limits_.max_bytes / group.bytes;
  const auto enough = static_cast<std::size_t>(std::max<std::int64_t>(1, std::min(by_records, by_bytes)));
  return std::min(enough, enough_messages);
}

Result<void> Ingest::land(const InboundMessage& message, Group& group) {
  const wire::Payload payload = decoder_.decode(message.stream(), message.payload());
  // A message counts even when it holds nothing, so that empty ones cannot hold a group open.
  group.records += std::max<std::int64_t>(1, static_cast<std::int64_t>(payload.received_records()));
  if (is_kept_elsewhere(message, payload)) {
    ++group.retained;
    return {};
  }
  const auto outcome = TRY(writer_.land(as_landing_message(message, payload)));
  count_outcome(message, payload, outcome, group);
  return {};
}

void Ingest::count_outcome(const InboundMessage& message, const wire::Payload& payload,
                           const LandResult& outcome, Group& group) {
  const auto stream = static_cast<std::size_t>(message.stream());
  group.landed[stream] += static_cast<std::uint64_t>(outcome.landed);
  group.quarantined[stream] += static_cast<std::uint64_t>(outcome.quarantined);
  for (const Reason reason : outcome.reasons) ++group.reasons[static_cast<std::size_t>(reason)];
  if (outcome.conflict) ++group.conflicts;
  switch (outcome.verdict) {
    case LandResult::Verdict::duplicate:
      ++group.duplicates;
      [[fallthrough]];
    case LandResult::Verdict::landed:
      if (!payload.name) break;
      acks_.acknowledge(message.device(), message.stream(), *payload.name);
      group.acknowledged.push_back(message.arrived());
      break;
    case LandResult::Verdict::withheld:
      ++group.withheld;
      break;
    case LandResult::Verdict::refused:
      ++group.refused;
      if (payload.refused_envelope)
        acks_.refuse(message.device(), message.stream(), *payload.refused_envelope);
      break;
  }
}

Result<void> Ingest::commit() {
  const auto start = std::chrono::steady_clock::now();
  TRY(writer_.commit());
  metrics_.commit_duration.observe(microseconds_since(start));
  metrics_.log_bytes = static_cast<std::uint64_t>(writer_.written_bytes());
  return {};
}

void Ingest::finish(const Group& group) {
  count(group);
  note_refused_statements(group);
  recover();
  acknowledge(group);
}

// The database refuses something in the group: each message by itself, so that only what it refuses is kept
// back, whole, in the quarantine. Its device would send it for ever, and no group with it would ever land.
Ingest::Turn Ingest::isolate(const Group& group) {
  acks_.tear_up();
  for (std::size_t done = 0; done < group.messages.size(); ++done) {
    const InboundMessage& message = group.messages[done];
    Group alone;
    auto landed = land_alone(message, alone);
    if (!landed && writer_.trouble() == sqlite::Trouble::rejected) {
      acks_.tear_up();
      alone = Group();
      landed = quarantine_alone(message, alone);
    }
    if (!landed) return fail_group(group.messages.size() - done, landed.error());
    finish(alone);
  }
  return Turn::committed;
}

Result<void> Ingest::land_alone(const InboundMessage& message, Group& alone) {
  TRY(writer_.begin());
  TRY(land(message, alone));
  return commit();
}

Result<void> Ingest::quarantine_alone(const InboundMessage& message, Group& alone) {
  TRY(writer_.begin());
  const wire::Payload payload = decoder_.decode(message.stream(), message.payload());
  const auto outcome = TRY(writer_.quarantine(as_landing_message(message, payload), Reason::not_storable));
  count_outcome(message, payload, outcome, alone);
  return commit();
}

void Ingest::count(const Group& group) {
  ++metrics_.commits;
  metrics_.group_records.observe(static_cast<std::uint64_t>(group.records));
  metrics_.duplicates += group.duplicates;
  metrics_.conflicts += group.conflicts;
  metrics_.retained += group.retained;
  metrics_.withheld += group.withheld;
  metrics_.refused += group.refused;
  for (const Stream stream : all_streams) {
    const auto index = static_cast<std::size_t>(stream);
    metrics_.landed[stream] += group.landed[index];
    metrics_.quarantined[stream] += group.quarantined[index];
  }
  for (std::size_t i = 0; i < reason_count; ++i) metrics_.quarantine_reasons[i] += group.reasons[i];
}

// A device may stop for good after a withdrawal that was refused: somebody must look at it.
void Ingest::note_refused_statements(const Group& group) {
  for (const Stream stream : statement_streams) {
    const std::uint64_t refused = group.quarantined[static_cast<std::size_t>(stream)];
    metrics_.refused_statements[stream] += refused;
    unsaid_refusals_[static_cast<std::size_t>(stream)] += refused;
  }
  const std::int64_t now_ms = clock_.monotonic_ms();
  if (!refusals_said_ms_ || now_ms - *refusals_said_ms_ >= refusals_said_every_ms) say_refused_statements();
}

void Ingest::say_refused_statements() {
  for (const Stream stream : statement_streams) {
    const std::uint64_t refused = std::exchange(unsaid_refusals_[static_cast<std::size_t>(stream)], 0);
    if (refused == 0) continue;
    spdlog::warn("{}: {} refused; a withdrawal may be among them: see `stedi-lakehouse quarantine list`",
                 wire::stream_name(stream), refused);
    refusals_said_ms_ = clock_.monotonic_ms();
  }
}

void Ingest::acknowledge(const Group& group) {
  for (const DeviceAck& entry : acks_.take()) {
    const bool sent = ports_.publish(wire::ack_topic(entry.device), wire::encode_ack(entry.ack));
    ++(sent ? metrics_.acks : metrics_.acks_lost);
  }
  for (const auto arrived : group.acknowledged) metrics_.ack_latency.observe(microseconds_since(arrived));
}

Ingest::Turn Ingest::fail_group(std::size_t messages, const Error& error) {
  acks_.tear_up();
  ++metrics_.store_failures;
  metrics_.dropped += messages;
  is_damaged_ = writer_.trouble() == sqlite::Trouble::corrupt;
  const std::string why = "landing store: " + std::string(trouble_name(writer_.trouble()));
  if (trouble_ != why) {
    spdlog::error("{}; nothing is acknowledged until the store works again ({})", why, error.message);
    trouble_ = why;
    readiness_.set_store(why);
    ports_.on_store_changed();
  }
  return Turn::failed;
}

void Ingest::recover() {
  if (trouble_.empty()) return;
  trouble_.clear();
  backoff_.reset();
  spdlog::info("landing store: working again");
  readiness_.set_store(std::nullopt);
  ports_.on_store_changed();
}

// A store that has failed: devices that were told the gateway is offline send nothing, so that no group would
// find out. One that has not: its file may have gone meanwhile.
void Ingest::probe_store() {
  if (trouble_.empty()) {
    if (auto there = writer_.check_place(); !there) fail_group(0, there.error());
    return;
  }
  if (auto saved = writer_.save_watermarks(); !saved) {
    fail_group(0, saved.error());
  } else {
    recover();
  }
}

Result<void> Ingest::run() {
  while (!queue_.finished()) {
    const Turn turn = run_once(trouble_.empty() ? idle_turn : std::min(idle_turn, backoff_.next()));
    if (is_damaged_) return stop_at_damage();
    if (turn == Turn::failed && queue_.wait_for_close(backoff_.next()))
      return fail(trouble_ + "; devices still have everything that was not acknowledged");
    if (!trouble_.empty()) continue;
    if (auto done = ports_.between_groups(); !done) fail_group(0, done.error());
    if (is_damaged_) return stop_at_damage();
  }
  return save_watermarks();
}

// A page that can be read again does not make the others sound: a person must look first.
Result<void> Ingest::stop_at_damage() {
  while (!queue_.wait_for_close(idle_turn)) {
  }
  return fail(trouble_);
}

// All that was taken in is on disk without it: it shortens the next start.
Result<void> Ingest::save_watermarks() {
  say_refused_statements();
  if (!trouble_.empty() && writer_.trouble() == sqlite::Trouble::gone)
    return fail(trouble_ + "; everything acknowledged is in the file that was there");
  if (!trouble_.empty()) return fail(trouble_ + "; everything acknowledged is on disk");
  if (auto saved = writer_.save_watermarks(); !saved)
    spdlog::warn("landing store: {}; the next start takes longer ({})", trouble_name(writer_.trouble()),
                 saved.error().message);
  return {};
}

}  // namespace stedi::gateway
