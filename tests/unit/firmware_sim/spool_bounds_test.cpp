// A spool that may hold no more: what gives way, and that its loss is told.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "core/record/encode.hpp"
#include "core/record/limits.hpp"
#include "core/wire/envelope.hpp"
#include "firmware_sim/spool/spool.hpp"
#include "tests/support/temp_dir.hpp"

namespace stedi::firmware {
namespace {

constexpr std::size_t batch_bytes = 1'000;
constexpr std::int64_t start_ms = 1'700'000'000'000;

class SpoolBoundsTest : public ::testing::Test {
 protected:
  void open(OverflowPolicy overflow, std::size_t batches) {
    options_.overflow = overflow;
    options_.most_bytes = batches * batch_bytes + 5 * pending_gap_bytes;
    reopen();
  }
  void reopen() {
    spool_.reset();
    auto spool = Spool::open(folder_.path(), {"data set", ""}, clock_, options_);
    ASSERT_TRUE(spool) << spool.error().message;
    spool_ = std::move(*spool);
    phone_ = *spool_->device_id(DeviceKind::phone, "a@example.com");
    ASSERT_TRUE(spool_->commit());
    spool_->take_changes();
  }
  // A batch whose payload has exactly batch_bytes bytes (while seq has one digit).
  SealedBatch seal(Stream stream = Stream::accelerometer, std::int64_t time_ms = 0) {
    const std::size_t around = wire::seal_envelope({spool_->boot(), 1}, std::vector<std::string>{""}).size();
    const std::vector<std::string> records = {'"' + std::string(batch_bytes - around - 2, 'x') + '"'};
    auto sealed = spool_->seal(phone_, stream, records, {time_ms, time_ms});
    EXPECT_TRUE(sealed) << sealed.error().message;
    return *sealed;
  }
  void commit() { ASSERT_TRUE(spool_->commit()); }

  // The gap records of the next gap batch, which is then acknowledged.
  std::vector<GapRecord> told() {
    EXPECT_TRUE(spool_->seal_gaps());
    commit();
    std::vector<GapRecord> gaps;
    const auto pending = *spool_->pending();
    for (const SealedBatch& batch : pending) {
      if (batch.stream != Stream::gap) continue;
      const wire::Payload payload = decoder_.decode(Stream::gap, *spool_->payload(batch.id));
      EXPECT_TRUE(payload.refused.empty());
      gaps.insert(gaps.end(), payload.gaps.begin(), payload.gaps.end());
      EXPECT_TRUE(spool_->remove(std::vector<BatchId>{batch.id}));
    }
    return gaps;
  }
  std::vector<std::int64_t> held(Stream stream = Stream::accelerometer) {
    std::vector<std::int64_t> seqs;
    const auto pending = *spool_->pending();
    for (const SealedBatch& batch : pending)
      if (batch.stream == stream) seqs.push_back(batch.seq);
    return seqs;
  }
  using Seqs = std::vector<std::int64_t>;

  ManualClock clock_{start_ms};
  stedi::test::TempDir folder_;
  SpoolOptions options_;
  std::unique_ptr<Spool> spool_;
  std::string phone_;
  wire::PayloadDecoder decoder_;
};

// Else a device that shares its fsyncs would ask for bytes that are gone, and end, at every start anew.
TEST_F(SpoolBoundsTest, WhatIsDroppedIsToldBeforeTheCommitOfTheDrop) {
  open(OverflowPolicy::drop_oldest, 2);
  const SealedBatch oldest = seal();
  seal();
  commit();
  spool_->take_changes();
  seal();
  EXPECT_FALSE(spool_->payload(oldest.id));
  const SpoolChanges changes = spool_->take_changes();
  ASSERT_EQ(changes.dropped.size(), 1U);
  EXPECT_EQ(changes.dropped[0].id, oldest.id);
  EXPECT_TRUE(changes.accepted.empty()) << "no commit, nothing accepted";
}

TEST_F(SpoolBoundsTest, WaitingNeverDrops) {
  open(OverflowPolicy::wait, 2);
  for (int i = 0; i < 4; ++i) seal();
  commit();
  EXPECT_FALSE(spool_->has_room());
  EXPECT_EQ(held(), (Seqs{1, 2, 3, 4}));
  EXPECT_FALSE(spool_->has_pending_gaps());
}

TEST_F(SpoolBoundsTest, DropOldestMakesRoomAndNeighboursAreOneGap) {
  open(OverflowPolicy::drop_oldest, 3);
  for (std::int64_t i = 1; i <= 5; ++i) seal(Stream::accelerometer, 100 * i);
  commit();
  EXPECT_EQ(held(), (Seqs{3, 4, 5}));
  EXPECT_LE(spool_->bytes(), options_.most_bytes);
  const auto gaps = told();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].boot, spool_->boot());
  EXPECT_EQ(gaps[0].stream, "accelerometer");
  EXPECT_EQ(gaps[0].first_seq, 1);
  EXPECT_EQ(gaps[0].last_seq, 2);
  EXPECT_EQ(gaps[0].records, 2);
  EXPECT_EQ(gaps[0].reason, "spool_full");
  EXPECT_EQ(gaps[0].first_ms, 100);
  EXPECT_EQ(gaps[0].last_ms, 200);
  EXPECT_TRUE(told().empty()) << "a loss is told once";
}

TEST_F(SpoolBoundsTest, TheDropAndItsGapAreOneTransaction) {
  open(OverflowPolicy::drop_oldest, 2);
  seal();
  seal();
  commit();
  const std::string boot = spool_->boot();
  seal();
  reopen();  // killed before the commit
  EXPECT_EQ(held(), (Seqs{1, 2}));
  EXPECT_FALSE(spool_->has_pending_gaps());
  seal();
  commit();
  reopen();
  const auto gaps = told();
  ASSERT_EQ(gaps.size(), 1U) << "a restart does not forget what it owes";
  EXPECT_EQ(gaps[0].boot, boot) << "the boot of what was lost";
}

TEST_F(SpoolBoundsTest, DropNewestGivesTheLostBatchASeqThatTheGapNames) {
  open(OverflowPolicy::drop_newest, 2);
  seal();
  seal();
  const SealedBatch lost = seal();
  EXPECT_EQ(lost.id, no_batch);
  EXPECT_EQ(lost.seq, 3);
  commit();
  const SpoolChanges changes = spool_->take_changes();
  EXPECT_EQ(changes.accepted.size(), 2U);
  EXPECT_EQ(changes.dropped.size(), 1U);
  EXPECT_EQ(held(), (Seqs{1, 2}));
  EXPECT_EQ(spool_->sealed_records(phone_, Stream::accelerometer), 3U) << "it is not read again";
  ASSERT_TRUE(spool_->remove(std::vector<BatchId>{changes.accepted[0].id}));
  EXPECT_EQ(seal().seq, 4);
  commit();
  const auto gaps = told();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].first_seq, 3);
  EXPECT_EQ(gaps[0].last_seq, 3);
}

TEST_F(SpoolBoundsTest, WhatPeopleSaidAndGapsAreNeverDropped) {
  for (const OverflowPolicy overflow : {OverflowPolicy::drop_oldest, OverflowPolicy::drop_newest}) {
    spool_.reset();
    std::filesystem::remove(folder_ / "spool.db");
    open(overflow, 3);
    seal(Stream::consent);
    for (int i = 0; i < 4; ++i) seal();
    ASSERT_TRUE(spool_->seal_gaps());
    seal(Stream::customer);
    seal(Stream::pairing);
    seal(Stream::pairing);
    commit();
    EXPECT_EQ(held(Stream::consent), Seqs{1});
    EXPECT_EQ(held(Stream::customer), Seqs{1});
    EXPECT_EQ(held(Stream::pairing), (Seqs{1, 2}));
    EXPECT_EQ(held(Stream::gap), Seqs{1});
    EXPECT_EQ(held(), Seqs{}) << "readings gave way";
    EXPECT_FALSE(spool_->has_room()) << "nothing is left that may give way: wait for acks";
  }
}

TEST_F(SpoolBoundsTest, ABatchThatNoSpoolCouldHoldIsAGapAndNothingElseGoesForIt) {
  open(OverflowPolicy::drop_oldest, 2);
  seal();
  std::string text(3 * batch_bytes + 2, 'x');  // a JSON string, made whole: g++ 12 takes a sum for an overrun
  text.front() = text.back() = '"';
  const std::vector<std::string> huge = {text};
  EXPECT_EQ(spool_->seal(phone_, Stream::accelerometer, huge)->id, no_batch);
  commit();
  EXPECT_EQ(held(), Seqs{1});
  EXPECT_EQ(told().front().first_seq, 2);
}

TEST_F(SpoolBoundsTest, ReadingsThatAreTooOldAreDroppedWhateverThePolicy) {
  options_.most_age_ms = 60'000;
  open(OverflowPolicy::wait, 10);
  seal();
  seal(Stream::consent);
  commit();
  clock_.advance_ms(60'000);
  seal();
  ASSERT_TRUE(spool_->drop_too_old());
  commit();
  EXPECT_EQ(held(), (Seqs{1, 2})) << "at the limit it is still there";
  clock_.advance_ms(1);
  ASSERT_TRUE(spool_->drop_too_old());
  commit();
  EXPECT_EQ(held(), Seqs{2});
  EXPECT_EQ(held(Stream::consent), Seqs{1});
  EXPECT_EQ(told().front().reason, "too_old");
}

TEST_F(SpoolBoundsTest, AClockThatStepsWhileItRunsOrBackBetweenRunsMakesNothingOld) {
  options_.most_age_ms = 60'000;
  open(OverflowPolicy::wait, 10);
  seal();
  commit();
  clock_.set_wall_ms(start_ms + 1'000'000'000);
  ASSERT_TRUE(spool_->drop_too_old());
  EXPECT_EQ(held(), Seqs{1});
  clock_.set_wall_ms(0);
  reopen();
  seal();
  clock_.advance_ms(60'001);
  ASSERT_TRUE(spool_->drop_too_old());
  commit();
  EXPECT_EQ(held(), Seqs{}) << "and it goes on ageing";
  EXPECT_EQ(told().size(), 2U) << "one a boot";
}

TEST_F(SpoolBoundsTest, ADeviceHasOneGapBatchOutAtATimeSoThatLaterLossesJoin) {
  open(OverflowPolicy::drop_oldest, 3);
  for (int i = 0; i < 4; ++i) seal();
  ASSERT_TRUE(spool_->seal_gaps());
  commit();
  for (int i = 0; i < 3; ++i) {
    seal();
    ASSERT_TRUE(spool_->seal_gaps());
    commit();
  }
  EXPECT_EQ(held(Stream::gap), Seqs{1});
  EXPECT_EQ(told().front().last_seq, 1);
  const auto later = told();
  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].first_seq, 2);
  EXPECT_EQ(later[0].records, 3);
}

TEST_F(SpoolBoundsTest, AFullGapBatchFitsAMessage) {
  GapRecord longest;
  longest.boot = std::string(32, 'f');
  longest.stream = "accelerometer";
  longest.reason = "spool_full";
  longest.first_seq = longest.last_seq = longest.records = limits::max_integer;
  longest.first_ms = longest.last_ms = -limits::max_integer;
  const std::vector<std::string> records(max_gap_records, encode(longest));
  EXPECT_LE(wire::seal_envelope({longest.boot, limits::max_integer}, records).size(),
            limits::max_message_bytes);
  EXPECT_LE(max_gap_records, limits::max_batch_records);
}

// ---- What a gateway refused

TEST_F(SpoolBoundsTest, RefusedBatchesTakeTheirRoomAndUnderWaitNothingElseMakesAny) {
  open(OverflowPolicy::wait, 2);
  for (int i = 0; i < 3; ++i) {
    const SealedBatch batch = seal();
    commit();
    ASSERT_TRUE(spool_->set_apart(batch.id, "bad_envelope"));
  }
  EXPECT_EQ(held(), Seqs{});
  EXPECT_EQ(spool_->bytes(), 3 * batch_bytes);
  EXPECT_FALSE(spool_->has_room());
  reopen();
  EXPECT_EQ(spool_->bytes(), 3 * batch_bytes);
  EXPECT_FALSE(spool_->has_room());
  EXPECT_EQ(*spool_->refused_batches(), 3U) << "kept, for somebody to look at";
}

TEST_F(SpoolBoundsTest, RefusedReadingsGiveWayBeforeOthersAndAreTold) {
  for (const OverflowPolicy overflow : {OverflowPolicy::drop_oldest, OverflowPolicy::drop_newest}) {
    spool_.reset();
    std::filesystem::remove(folder_ / "spool.db");
    open(overflow, 3);
    seal();
    const SealedBatch refused = seal();
    commit();
    ASSERT_TRUE(spool_->set_apart(refused.id, "bad_envelope"));
    spool_->take_changes();
    seal();
    seal();
    commit();
    EXPECT_EQ(held(), (Seqs{1, 3, 4}));
    EXPECT_EQ(*spool_->refused_batches(), 0U);
    EXPECT_EQ(spool_->bytes(), 3 * batch_bytes + pending_gap_bytes);
    EXPECT_EQ(spool_->take_changes().dropped.size(), 1U);
    auto gaps = told();
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].first_seq, 2);
    EXPECT_EQ(gaps[0].last_seq, 2);
    EXPECT_EQ(gaps[0].reason, "spool_full");
    seal();
    commit();
    EXPECT_EQ(held(), overflow == OverflowPolicy::drop_oldest ? (Seqs{3, 4, 5}) : (Seqs{1, 3, 4}))
        << "without refused ones the policy says who goes";
  }
}

TEST_F(SpoolBoundsTest, ARestartRemembersWhichReadingsWereRefused) {
  open(OverflowPolicy::drop_newest, 2);
  const SealedBatch refused = seal();
  seal();
  commit();
  ASSERT_TRUE(spool_->set_apart(refused.id, "bad_envelope"));
  const std::string boot = spool_->boot();
  reopen();
  EXPECT_NE(seal().id, no_batch);
  commit();
  const auto gaps = told();
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].boot, boot);
  EXPECT_EQ(gaps[0].first_seq, 1);
}

TEST_F(SpoolBoundsTest, WhatPeopleSaidIsKeptWhenItIsRefused) {
  open(OverflowPolicy::drop_oldest, 2);
  for (int i = 0; i < 3; ++i) {
    const SealedBatch batch = seal(Stream::consent);
    commit();
    ASSERT_TRUE(spool_->set_apart(batch.id, "not_authorised"));
  }
  EXPECT_FALSE(spool_->has_room());
  EXPECT_EQ(seal().id, no_batch);
  commit();
  EXPECT_EQ(*spool_->refused_batches(), 3U);
}

TEST_F(SpoolBoundsTest, RefusedReadingsGrowTooOldAsOthersDo) {
  options_.most_age_ms = 60'000;
  open(OverflowPolicy::wait, 10);
  const SealedBatch refused = seal();
  commit();
  ASSERT_TRUE(spool_->set_apart(refused.id, "bad_envelope"));
  clock_.advance_ms(60'001);
  ASSERT_TRUE(spool_->drop_too_old());
  commit();
  EXPECT_EQ(*spool_->refused_batches(), 0U);
  EXPECT_EQ(told().front().reason, "too_old");
}

// accepted − landed ⊆ gaps; nothing is both held and told as lost; the bound holds.
TEST_F(SpoolBoundsTest, TheLawHoldsOnRandomLives) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    spool_.reset();
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) remove(file.path());
    options_.most_age_ms = 5'000;
    open(seed % 2 == 0 ? OverflowPolicy::drop_oldest : OverflowPolicy::drop_newest, 4);
    using Name = std::pair<std::string, std::int64_t>;
    std::set<Name> accepted;
    std::set<Name> landed;
    std::set<Name> lost;
    std::set<Name> refused;
    const auto take = [&] {
      for (const SealedBatch& batch : spool_->take_changes().accepted)
        if (batch.stream == Stream::accelerometer) accepted.insert({batch.boot, batch.seq});
    };
    const auto tell = [&] {
      for (const GapRecord& gap : told())
        for (std::int64_t seq = gap.first_seq; seq <= gap.last_seq; ++seq)
          EXPECT_TRUE(lost.insert({gap.boot, seq}).second) << "told twice";
    };
    for (int step = 0; step < 60; ++step) {
      switch (random() % 7) {
        case 6: {
          commit();
          const auto pending = *spool_->pending();
          if (pending.empty()) break;
          const SealedBatch& batch = pending[random() % pending.size()];
          if (batch.stream != Stream::accelerometer) break;
          refused.insert({batch.boot, batch.seq});
          EXPECT_TRUE(spool_->set_apart(batch.id, "bad_envelope"));
          break;
        }
        case 0:
          clock_.advance_ms(random() % 2'000);
          EXPECT_TRUE(spool_->drop_too_old());
          break;
        case 1: {
          commit();
          const auto pending = *spool_->pending();
          if (pending.empty()) break;
          const SealedBatch& batch = pending[random() % pending.size()];
          if (batch.stream != Stream::accelerometer) break;
          landed.insert({batch.boot, batch.seq});
          EXPECT_TRUE(spool_->remove(std::vector<BatchId>{batch.id}));
          break;
        }
        case 2:
          if (random() % 4 == 0) {
            take();
            reopen();
          } else {
            tell();
          }
          break;
        default:
          if (spool_->has_room()) seal();
          if (random() % 2 == 0) commit();
      }
      EXPECT_LE(spool_->bytes(), options_.most_bytes + 4 * pending_gap_bytes);
      take();
    }
    commit();
    take();
    while (spool_->has_pending_gaps()) tell();
    std::set<Name> here;
    const auto pending = *spool_->pending();
    for (const SealedBatch& batch : pending) here.insert({batch.boot, batch.seq});
    std::size_t apart = 0;
    for (const Name& name : accepted) {
      const bool is_apart = refused.contains(name) && !lost.contains(name);
      apart += is_apart ? 1 : 0;
      EXPECT_EQ(landed.contains(name) + lost.contains(name) + here.contains(name) + is_apart, 1)
          << name.second;
    }
    EXPECT_EQ(*spool_->refused_batches(), apart);
  }
}

}  // namespace
}  // namespace stedi::firmware
