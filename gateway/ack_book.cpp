#include "gateway/ack_book.hpp"

#include <algorithm>

#include "core/record/reason.hpp"

namespace stedi::gateway {

namespace {

void join_adjacent(std::vector<wire::SeqRange>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const wire::SeqRange& a, const wire::SeqRange& b) { return a.from < b.from; });
  std::vector<wire::SeqRange> joined;
  for (const wire::SeqRange& range : ranges) {
    if (!joined.empty() && range.from <= joined.back().to + 1) {
      joined.back().to = std::max(joined.back().to, range.to);
    } else {
      joined.push_back(range);
    }
  }
  ranges = std::move(joined);
}

}  // namespace

wire::Ack& AckBook::ack_of(std::string_view device, const std::optional<std::string>& boot) {
  const auto [place, is_new] = acks_.try_emplace(Sender(device, boot));
  if (is_new) place->second.boot = boot;
  return place->second;
}

void AckBook::acknowledge(std::string_view device, Stream stream, const wire::BatchName& batch) {
  auto& ranges = ack_of(device, batch.boot).acked[stream];
  if (!ranges.empty() && ranges.back().to + 1 == batch.seq) {
    ranges.back().to = batch.seq;
  } else {
    ranges.push_back({batch.seq, batch.seq});
  }
}

void AckBook::refuse(std::string_view device, Stream stream, const wire::RefusedEnvelope& envelope) {
  wire::RefusedBatch batch{stream, envelope.seq, std::string(reason_name(envelope.reason))};
  auto& refused = ack_of(device, envelope.boot).refused;
  if (std::find(refused.begin(), refused.end(), batch) == refused.end()) refused.push_back(std::move(batch));
}

std::vector<DeviceAck> AckBook::take() {
  std::vector<DeviceAck> acks;
  acks.reserve(acks_.size());
  for (auto& [sender, ack] : acks_) {
    for (auto& [stream, ranges] : ack.acked) join_adjacent(ranges);
    acks.push_back({sender.first, std::move(ack)});
  }
  acks_.clear();
  return acks;
}

}  // namespace stedi::gateway
