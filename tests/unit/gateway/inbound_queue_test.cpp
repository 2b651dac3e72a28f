#include "gateway/inbound_queue.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace stedi::gateway {
namespace {

using std::chrono::milliseconds;

InboundMessage message(std::string_view payload) {
  return {"device", Stream::accelerometer, payload, 42};
}

TEST(InboundQueue, KeepsTheOrderAndTheWholeMessage) {
  InboundQueue queue({});
  ASSERT_TRUE(queue.push({"d1", Stream::customer, "one", 1}));
  ASSERT_TRUE(queue.push({"d2", Stream::gap, "", 2}));
  const auto first = queue.pop();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->device(), "d1");
  EXPECT_EQ(first->stream(), Stream::customer);
  EXPECT_EQ(first->payload(), "one");
  EXPECT_EQ(first->received_ms(), 1);
  EXPECT_EQ(queue.pop()->payload(), "");
  EXPECT_FALSE(queue.pop());
}

TEST(InboundQueue, ShedsAboveItsNumberOfMessages) {
  InboundQueue queue({1'000'000, 2});
  EXPECT_TRUE(queue.push(message("a")));
  EXPECT_TRUE(queue.push(message("b")));
  EXPECT_FALSE(queue.push(message("c")));
  EXPECT_EQ(queue.messages(), 2u);
  queue.pop();
  EXPECT_TRUE(queue.push(message("d")));
}

TEST(InboundQueue, ShedsAboveItsBytes) {
  const std::size_t cost = message(std::string(1000, 'x')).cost_bytes();
  InboundQueue queue({2 * cost, 100});
  EXPECT_TRUE(queue.push(message(std::string(1000, 'x'))));
  EXPECT_TRUE(queue.push(message(std::string(1000, 'x'))));
  EXPECT_EQ(queue.bytes(), 2 * cost);
  EXPECT_FALSE(queue.push(message("")));
  queue.pop();
  EXPECT_EQ(queue.bytes(), cost);
  EXPECT_TRUE(queue.push(message(std::string(1000, 'x'))));
  queue.pop();
  queue.pop();
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(InboundQueue, WhatIsLargerThanTheQueueIsShed) {
  InboundQueue queue({1000, 100});
  EXPECT_FALSE(queue.push(message(std::string(1001, 'x'))));
}

TEST(InboundQueue, ClosedItTakesNothingInButGivesOutWhatItHas) {
  InboundQueue queue({});
  queue.push(message("a"));
  EXPECT_FALSE(queue.wait_for_close(milliseconds(0)));
  queue.close();
  EXPECT_TRUE(queue.wait_for_close(milliseconds(0)));
  EXPECT_FALSE(queue.push(message("b")));
  EXPECT_FALSE(queue.finished());
  EXPECT_TRUE(queue.wait_for_message(milliseconds(0)));
  EXPECT_TRUE(queue.pop());
  EXPECT_TRUE(queue.finished());
  EXPECT_FALSE(queue.wait_for_message(std::chrono::minutes(1)));
}

TEST(InboundQueue, AWaiterIsWokenByAMessage) {
  InboundQueue queue({});
  bool got_one = false;
  std::thread waiter([&] { got_one = queue.wait_for_message(std::chrono::minutes(1)); });
  EXPECT_TRUE(queue.push(message("a")));
  waiter.join();
  EXPECT_TRUE(got_one);
}

TEST(InboundQueue, CalmComesWhenNothingDoes) {
  InboundQueue queue({});
  queue.push({"d", Stream::gap, "x", 0});
  queue.wait_for_calm(std::chrono::milliseconds(1), std::chrono::hours(1), 100);
  EXPECT_EQ(queue.messages(), 1U);
}

TEST(InboundQueue, NobodyWaitsForCalmWhenItIsHalfFullOrClosedOrHoldsEnough) {
  const auto ever = std::chrono::hours(1);
  InboundQueue half_full({1'000'000, 2});
  half_full.push({"d", Stream::gap, "x", 0});
  half_full.wait_for_calm(ever, ever, 100);
  InboundQueue closed({});
  closed.close();
  closed.wait_for_calm(ever, ever, 100);
  InboundQueue enough({});
  enough.push({"d", Stream::gap, "x", 0});
  enough.wait_for_calm(ever, ever, 1);
}

}  // namespace
}  // namespace stedi::gateway
