// What is due next: record sources, cut into batches while they are played.
#include <gtest/gtest.h>

#include "core/record/limits.hpp"
#include "firmware_sim/feed/batch_plan.hpp"
#include "firmware_sim/feed/source_feed.hpp"

namespace stedi::firmware {
namespace {

// `count` records from `first_ms` on, one every `step_ms`; each says where it comes from.
class Steady final : public RecordSource {
 public:
  Steady(std::size_t stream, std::int64_t first_ms, std::int64_t step_ms, std::int64_t count)
      : stream_(stream), at_ms_(first_ms), step_ms_(step_ms), left_(count) {}
  bool next(SimulatedRecord& record) override {
    if (left_-- <= 0) return false;
    record.due_ms = at_ms_;
    record.time_ms = at_ms_ + 7;
    record.json = std::to_string(stream_) + "@" + std::to_string(at_ms_);
    at_ms_ += step_ms_;
    return true;
  }

 private:
  std::size_t stream_;
  std::int64_t at_ms_;
  std::int64_t step_ms_;
  std::int64_t left_;
};

FeedSources two_phones() {
  FeedSources sources;
  sources.devices = {{DeviceKind::website, website_name}, {DeviceKind::phone, "a"}, {DeviceKind::phone, "b"}};
  sources.streams = {{1, Stream::accelerometer}, {2, Stream::accelerometer}};
  sources.open = [](std::size_t stream) {
    return std::make_unique<Steady>(stream, 1'000'000, stream == 0 ? 20 : 50, 500);
  };
  return sources;
}

constexpr auto none_sealed = [](const FedStream&) { return std::size_t{0}; };

struct Taken {
  std::vector<std::vector<std::string>> texts{2};  // by stream
  std::vector<std::int64_t> due_ms;
  std::size_t largest = 0;
};

Taken take_all(SourceFeed& feed) {
  Taken taken;
  FedBatch batch;
  while (const auto due_ms = feed.next_due_ms()) {
    feed.take(batch);
    EXPECT_EQ(batch.due_ms, *due_ms);
    EXPECT_GT(batch.count, 0U);
    taken.due_ms.push_back(batch.due_ms);
    taken.largest = std::max(taken.largest, batch.count);
    for (const std::string& text : batch.records()) taken.texts[batch.stream].push_back(text);
  }
  return taken;
}

TEST(SourceFeed, EveryRecordOnceInTheOrderOfItsStreamAndBatchesInTheOrderInWhichTheyAreDue) {
  SourceFeed feed(two_phones(), {});
  feed.resume(none_sealed, 0);
  const Taken taken = take_all(feed);
  EXPECT_TRUE(std::is_sorted(taken.due_ms.begin(), taken.due_ms.end()));
  for (std::size_t stream = 0; stream < 2; ++stream) {
    ASSERT_EQ(taken.texts[stream].size(), 500U);
    for (std::size_t i = 0; i < 500; ++i)
      ASSERT_EQ(taken.texts[stream][i],
                std::to_string(stream) + "@" +
                    std::to_string(1'000'000 + (stream == 0 ? 20 : 50) * static_cast<int>(i)));
  }
}

TEST(SourceFeed, ABatchHoldsWhatLeftTheSensorBeforeItWasDueAndNotMoreThanItsPeriod) {
  SourceFeed feed(two_phones(), {50, 1'000});
  feed.resume(none_sealed, 0);
  FedBatch batch;
  while (feed.next_due_ms()) {
    feed.take(batch);
    EXPECT_LT(batch.last_at_ms, batch.due_ms);
    EXPECT_GE(batch.first_at_ms, batch.due_ms - 1'000);
    EXPECT_EQ(batch.times.first_ms, batch.first_at_ms + 7) << "as the device's own clock stamped it";
    EXPECT_EQ(batch.times.last_ms, batch.last_at_ms + 7);
  }
}

TEST(SourceFeed, AtTheLimitOfRecordsABatchIsCutAndTheRestOfThePeriodFollowsAtOnce) {
  for (const std::size_t most : {std::size_t{1}, std::size_t{49}, std::size_t{50}, std::size_t{51}}) {
    SourceFeed feed(two_phones(), {most, 1'000});
    feed.resume(none_sealed, 0);
    const Taken taken = take_all(feed);
    EXPECT_EQ(taken.largest, std::min<std::size_t>(most, 50)) << "50 Hz, a second";
    EXPECT_EQ(taken.texts[0].size() + taken.texts[1].size(), 1'000U);
  }
}

TEST(SourceFeed, AMessageNeverExceedsItsLimit) {
  class Large final : public RecordSource {
   public:
    bool next(SimulatedRecord& record) override {
      record.due_ms = left_;
      record.json.assign(limits::max_record_bytes, 'x');
      return left_++ < 10;
    }

   private:
    std::int64_t left_ = 0;
  };
  FeedSources sources = two_phones();
  sources.open = [](std::size_t) { return std::make_unique<Large>(); };
  SourceFeed feed(std::move(sources), {});
  feed.resume(none_sealed, 0);
  FedBatch batch;
  std::size_t records = 0;
  while (feed.next_due_ms()) {
    feed.take(batch);
    std::size_t bytes = envelope_bytes;
    for (const std::string& text : batch.records()) bytes += text.size() + 1;
    EXPECT_LE(bytes, limits::max_message_bytes);
    EXPECT_EQ(batch.count, batch.count == 1 ? 1U : 3U) << "as many as fit";
    records += batch.count;
  }
  EXPECT_EQ(records, 20U);
}

TEST(SourceFeed, ALaterLifeGoesOnAfterWhatIsSealed) {
  SourceFeed feed(two_phones(), {});
  feed.resume(none_sealed, 0);
  const Taken whole = take_all(feed);
  for (const std::size_t sealed : {std::size_t{1}, std::size_t{77}, std::size_t{499}, std::size_t{500}}) {
    feed.resume([&](const FedStream& stream) { return stream.device == 1 ? sealed : std::size_t{0}; }, 0);
    const Taken rest = take_all(feed);
    EXPECT_EQ(rest.texts[1], whole.texts[1]);
    EXPECT_EQ(rest.texts[0],
              std::vector<std::string>(whole.texts[0].begin() + static_cast<std::ptrdiff_t>(sealed),
                                       whole.texts[0].end()));
  }
}

TEST(SourceFeed, WhatCameBeforeTheStartIsDueAtTheStart) {
  FeedSources sources = two_phones();
  sources.start_ms = 1'004'000;
  SourceFeed feed(std::move(sources), {});
  feed.resume(none_sealed, 0);
  EXPECT_EQ(feed.next_due_ms(), 1'004'000);
  const Taken taken = take_all(feed);
  EXPECT_TRUE(std::is_sorted(taken.due_ms.begin(), taken.due_ms.end()));
  EXPECT_EQ(taken.texts[0].size() + taken.texts[1].size(), 1'000U);
}

TEST(SourceFeed, DevicesCloseTheirBatchesAtInstantsOfTheirOwn) {
  FeedSources sources;
  sources.devices.resize(1'000);
  for (std::size_t device = 0; device < 1'000; ++device)
    sources.streams.push_back({device, Stream::accelerometer});
  sources.open = [](std::size_t stream) { return std::make_unique<Steady>(stream, 1'000'000, 20, 500); };
  SourceFeed feed(std::move(sources), {50, 1'000});
  feed.resume(none_sealed, 0);
  FedBatch batch;
  std::vector<int> in_tenth(10);
  while (feed.next_due_ms()) {
    feed.take(batch);
    ++in_tenth[static_cast<std::size_t>(batch.due_ms % 1'000 / 100)];
  }
  for (const int batches : in_tenth) EXPECT_NEAR(batches, 1'050, 300) << "spread over the second";
}

}  // namespace
}  // namespace stedi::firmware
