#include "ping_tally.h"

#include <gtest/gtest.h>

namespace megaphone::client {
namespace {

using namespace std::chrono_literals;
using Kind = PingTally::Kind;

// Questions are sent at 1 s, 2 s, …; one is overdue after 10 s.
class Tallying : public ::testing::Test {
 protected:
  void send(int count) {
    for (int i = 0; i < count; ++i) {
      now += 1s;
      EXPECT_EQ(tally.send(now), ++last);
    }
  }
  Kind answer(std::uint64_t number) {
    const MonoTime sent{Duration(1s) * static_cast<Duration::rep>(number)};
    return tally.answered(number, sent, sent + 5ms);
  }
  const PingFigures& figures() const { return tally.figures(); }
  MonoTime now{};
  std::uint64_t last = 0;
  PingTally tally{10s};
};

TEST_F(Tallying, EveryAnswerInOrderIsNoLoss) {
  send(3);
  for (std::uint64_t number = 1; number <= 3; ++number) EXPECT_EQ(answer(number), Kind::first);
  EXPECT_EQ(figures().sent, 3u);
  EXPECT_EQ(figures().answered, 3u);
  EXPECT_EQ(figures().lost(), 0u);
  EXPECT_EQ(tally.waiting(), 0u);
  EXPECT_EQ(figures().round_trips.mean(), 5ms);
}

TEST_F(Tallying, LossDuplicatesAndReorderingAreToldApart) {
  send(5);
  EXPECT_EQ(answer(1), Kind::first);
  EXPECT_EQ(answer(3), Kind::first);
  EXPECT_EQ(answer(2), Kind::reordered);
  EXPECT_EQ(answer(2), Kind::duplicate);
  EXPECT_EQ(answer(5), Kind::first);
  EXPECT_EQ(figures().answered, 4u);
  EXPECT_EQ(figures().reordered, 1u);
  EXPECT_EQ(figures().duplicates, 1u);
  EXPECT_EQ(figures().lost(), 1u);
  EXPECT_DOUBLE_EQ(figures().lostShare(), 0.2);
  EXPECT_EQ(figures().round_trips.count(), 4u);
}

TEST_F(Tallying, AWrongAnswerIsNeitherGoodNorLost) {
  send(3);
  tally.wrong(2);
  tally.wrong(std::nullopt);
  answer(3);
  EXPECT_EQ(figures().wrong, 2u);
  EXPECT_EQ(figures().answered, 1u);
  EXPECT_EQ(figures().lost(), 0u);
  EXPECT_EQ(tally.waiting(), 0u);
}

TEST_F(Tallying, WhatWasNeverAskedIsAStray) {
  send(1);
  EXPECT_EQ(answer(2), Kind::stray);
  EXPECT_EQ(answer(0), Kind::stray);
  EXPECT_EQ(figures().strays, 2u);
  EXPECT_EQ(figures().answered, 0u);
}

TEST_F(Tallying, OnlyTheOldestUnansweredIsOverdueAndMayStillCome) {
  send(3);
  answer(1);
  EXPECT_EQ(tally.due(), MonoTime(12s));
  EXPECT_EQ(tally.expire(MonoTime(12s) - 1ns), std::nullopt);
  EXPECT_EQ(tally.expire(MonoTime(12s)), 2u);
  EXPECT_EQ(tally.expire(MonoTime(12s)), std::nullopt);
  EXPECT_EQ(tally.waiting(), 1u);
  EXPECT_EQ(figures().lost(), 2u);
  EXPECT_EQ(answer(2), Kind::first);
  EXPECT_EQ(tally.waiting(), 1u);
  EXPECT_EQ(figures().lost(), 1u);
}

TEST_F(Tallying, ARefusalEndsTheWaitingForTheOldest) {
  send(2);
  tally.failed();
  EXPECT_EQ(figures().errors, 1u);
  EXPECT_EQ(tally.waiting(), 1u);
  EXPECT_EQ(tally.due(), MonoTime(12s));
}

TEST_F(Tallying, AtTheEndAQuestionThatIsOutForNoLongerThanOthersWereIsUnderWay) {
  send(3);
  answer(1);
  tally.finish(MonoTime(3s) + 4ms);
  EXPECT_EQ(figures().under_way, 1u);
  EXPECT_EQ(figures().lost(), 1u);
  EXPECT_DOUBLE_EQ(figures().lostShare(), 0.5);
}

TEST_F(Tallying, WithoutAnyAnswerAllAreLost) {
  send(3);
  tally.finish(MonoTime(3s));
  EXPECT_EQ(figures().lost(), 3u);
  EXPECT_DOUBLE_EQ(figures().lostShare(), 1);
}

TEST_F(Tallying, OfMillionsOnlyTheLastAreRemembered) {
  constexpr std::uint64_t kMany = 2'500'000;
  for (std::uint64_t i = 1; i <= kMany; ++i) {
    tally.send(MonoTime(1s));
    if (i == kMany - 5) continue;
    ASSERT_EQ(tally.answered(i, MonoTime(1s), MonoTime(2s)), Kind::first);
  }
  EXPECT_EQ(tally.waiting(), 1u);
  EXPECT_EQ(tally.answered(kMany - 5, MonoTime(1s), MonoTime(2s)), Kind::reordered);
  EXPECT_EQ(tally.answered(kMany - 1'000'000, MonoTime(1s), MonoTime(2s)), Kind::duplicate);
  EXPECT_EQ(tally.answered(7, MonoTime(1s), MonoTime(2s)), Kind::stray);
  EXPECT_EQ(figures().lost(), 0u);
}

}  // namespace
}  // namespace megaphone::client
