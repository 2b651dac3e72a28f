#include "gateway/ingest.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <random>

#include "core/digest/digest.hpp"
#include "core/wire/topic.hpp"

namespace stedi::gateway {

namespace {

using landing::Landed;

constexpr std::chrono::milliseconds idle_turn{1'000};

std::string_view trouble_name(sqlite::Trouble trouble) {
  switch (trouble) {
    case sqlite::Trouble::busy:
      return "another writer holds it";
    case sqlite::Trouble::full:
      return "the disk is full";
    case sqlite::Trouble::read_only:
      return "it cannot be written";
    case sqlite::Trouble::io:
      return "input/output error";
    case sqlite::Trouble::corrupt:
      return "it is damaged";
    case sqlite::Trouble::none:
    case sqlite::Trouble::other:
      return "it failed";
  }
  return "it failed";
}

}  // namespace

// What one transaction holds; counted only once it is on disk.
struct Ingest::Group {
  std::int64_t started_ms = 0;
  std::int64_t records = 0;
  std::uint64_t messages = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t withheld = 0;
  std::uint64_t refused = 0;
  std::array<std::uint64_t, wire::all_streams.size()> landed{};
  std::array<std::uint64_t, wire::all_streams.size()> quarantined{};
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
  if (!queue_.wait_for_message(patience)) return Turn::idle;
  Group group;
  // Before the first message is taken: while another writer holds the store, the queue keeps what it has.
  if (auto begun = writer_.begin(); !begun) return fail_group(group, begun.error());
  if (auto filled = fill(group); !filled) return fail_group(group, filled.error());
  if (auto committed = commit(); !committed) return fail_group(group, committed.error());
  count(group);
  recover();
  acknowledge();
  return Turn::committed;
}

Result<void> Ingest::fill(Group& group) {
  group.started_ms = clock_.monotonic_ms();
  while (auto message = queue_.pop()) {
    ++group.messages;
    if (auto landed = land(*message, group); !landed) return landed;
    if (group.records >= limits_.max_records) break;
    if (clock_.monotonic_ms() - group.started_ms >= limits_.max_delay_ms) break;
  }
  return {};
}

Result<void> Ingest::land(const InboundMessage& message, Group& group) {
  const std::string_view bytes = message.payload();
  const wire::Payload payload = decoder_.decode(message.stream(), bytes);
  const auto outcome = writer_.land({message.device(), message.stream(), payload,
                                     first_64_bits(sha256(bytes)), message.received_ms(), bytes});
  if (!outcome) return Failure(outcome.error());
  const auto stream = static_cast<std::size_t>(message.stream());
  group.landed[stream] += static_cast<std::uint64_t>(outcome->landed);
  group.quarantined[stream] += static_cast<std::uint64_t>(outcome->quarantined);
  // A message counts even when it holds nothing, so that empty ones cannot hold a group open.
  group.records += std::max<std::int64_t>(1, static_cast<std::int64_t>(payload.received_records()));
  switch (outcome->verdict) {
    case Landed::Verdict::duplicate:
      ++group.duplicates;
      [[fallthrough]];
    case Landed::Verdict::landed:
      if (payload.name) acks_.acknowledge(message.device(), message.stream(), *payload.name);
      break;
    case Landed::Verdict::withheld:
      ++group.withheld;
      break;
    case Landed::Verdict::refused:
      ++group.refused;
      if (payload.refused_envelope)
        acks_.refuse(message.device(), message.stream(), *payload.refused_envelope);
      break;
  }
  return {};
}

Result<void> Ingest::commit() {
  const auto start = std::chrono::steady_clock::now();
  if (auto committed = writer_.commit(); !committed) return committed;
  const auto took = std::chrono::steady_clock::now() - start;
  metrics_.commit_duration.observe_us(
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
  return {};
}

void Ingest::count(const Group& group) {
  ++metrics_.commits;
  metrics_.duplicates += group.duplicates;
  metrics_.withheld += group.withheld;
  metrics_.refused += group.refused;
  for (const Stream stream : wire::all_streams) {
    const auto index = static_cast<std::size_t>(stream);
    metrics_.landed[stream] += group.landed[index];
    metrics_.quarantined[stream] += group.quarantined[index];
  }
}

void Ingest::acknowledge() {
  for (const DeviceAck& entry : acks_.take()) {
    const bool sent = ports_.publish(wire::ack_topic(entry.device), wire::encode_ack(entry.ack));
    ++(sent ? metrics_.acks : metrics_.acks_lost);
  }
}

Ingest::Turn Ingest::fail_group(const Group& group, const Error& error) {
  acks_.tear_up();
  ++metrics_.store_failures;
  metrics_.dropped += group.messages;
  const std::string why = "landing store: " + std::string(trouble_name(writer_.trouble()));
  if (trouble_ != why) {
    spdlog::error("{}; nothing is acknowledged until it works again ({})", why, error.message);
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
  spdlog::info("landing store: works again");
  readiness_.set_store(std::nullopt);
  ports_.on_store_changed();
}

// Devices that were told the gateway is offline send nothing, so that no group would find out.
bool Ingest::probe_store() {
  if (auto written = writer_.checkpoint(); !written) return false;
  recover();
  return true;
}

Result<void> Ingest::run() {
  while (!queue_.finished()) {
    const Turn turn = run_once(idle_turn);
    if (turn == Turn::failed && queue_.wait_for_close(backoff_.next()))
      return fail(trouble_ + "; what was not acknowledged is still with its devices");
    if (turn == Turn::idle && !trouble_.empty()) probe_store();
  }
  return writer_.checkpoint();
}

}  // namespace stedi::gateway
