#include "gateway/ack_book.hpp"

#include <gtest/gtest.h>

namespace stedi::gateway {
namespace {

using Ranges = std::vector<wire::SeqRange>;

TEST(AckBook, JoinsAdjacentBatchesWhateverTheirOrder) {
  AckBook book;
  for (const std::int64_t seq : {5, 1, 2, 9, 3, 6}) book.acknowledge("d", Stream::accelerometer, {"b", seq});
  const auto acks = book.take();
  ASSERT_EQ(acks.size(), 1u);
  EXPECT_EQ(acks[0].device, "d");
  EXPECT_EQ(acks[0].ack.boot, "b");
  EXPECT_EQ(acks[0].ack.acked.at(Stream::accelerometer), (Ranges{{1, 3}, {5, 6}, {9, 9}}));
}

TEST(AckBook, ABatchThatCameTwiceIsAcknowledgedOnce) {
  AckBook book;
  for (const std::int64_t seq : {1, 2, 2, 1}) book.acknowledge("d", Stream::customer, {"b", seq});
  EXPECT_EQ(book.take().at(0).ack.acked.at(Stream::customer), (Ranges{{1, 2}}));
}

TEST(AckBook, OneAckADeviceAndBootForAllStreams) {
  AckBook book;
  book.acknowledge("d", Stream::accelerometer, {"b1", 1});
  book.acknowledge("d", Stream::step_trainer, {"b1", 1});
  book.acknowledge("d", Stream::accelerometer, {"b2", 1});
  book.acknowledge("e", Stream::accelerometer, {"b1", 1});
  const auto acks = book.take();
  ASSERT_EQ(acks.size(), 3u);
  EXPECT_EQ(acks[0].ack.acked.size(), 2u);
}

TEST(AckBook, ARefusedEnvelopeIsNamedAsFarAsItCouldBeRead) {
  AckBook book;
  book.refuse("d", Stream::accelerometer, {Reason::bad_envelope, std::nullopt, 7});
  book.refuse("d", Stream::accelerometer, {Reason::bad_envelope, std::nullopt, 7});
  book.refuse("d", Stream::customer, {Reason::unsupported_version, "b", std::nullopt});
  const auto acks = book.take();
  ASSERT_EQ(acks.size(), 2u);
  EXPECT_EQ(acks[0].ack.boot, std::nullopt);
  EXPECT_EQ(acks[0].ack.refused,
            (std::vector<wire::RefusedBatch>{{Stream::accelerometer, 7, "bad_envelope"}}));
  EXPECT_EQ(acks[1].ack.boot, "b");
  EXPECT_EQ(acks[1].ack.refused,
            (std::vector<wire::RefusedBatch>{{Stream::customer, std::nullopt, "unsupported_version"}}));
}

TEST(AckBook, TakingOrTearingUpEmptiesIt) {
  AckBook book;
  book.acknowledge("d", Stream::gap, {"b", 1});
  EXPECT_EQ(book.take().size(), 1u);
  EXPECT_TRUE(book.take().empty());
  book.acknowledge("d", Stream::gap, {"b", 1});
  book.tear_up();
  EXPECT_TRUE(book.take().empty());
}

}  // namespace
}  // namespace stedi::gateway
