#include "round_trips.h"

#include <gtest/gtest.h>

#include <numeric>

namespace megaphone::client {
namespace {

using namespace std::chrono_literals;

TEST(RoundTrips, OneIsAllFigures) {
  RoundTrips trips;
  trips.add(20us);
  EXPECT_EQ(trips.count(), 1u);
  EXPECT_EQ(trips.least(), 20us);
  EXPECT_EQ(trips.most(), 20us);
  EXPECT_EQ(trips.mean(), 20us);
  EXPECT_EQ(trips.deviation(), 0us);
  EXPECT_EQ(trips.percentile(0.5), 20us);
  EXPECT_EQ(trips.percentile(0.999), 20us);
}

TEST(RoundTrips, MeanAndDeviationAreExact) {
  RoundTrips trips;
  for (const Duration each : {2ms, 4ms, 4ms, 4ms, 5ms, 5ms, 7ms, 9ms}) trips.add(each);
  EXPECT_EQ(trips.mean(), 5ms);
  EXPECT_EQ(trips.deviation(), 2ms);
}

TEST(RoundTrips, PercentilesAreRightWithinOnePartIn64) {
  RoundTrips trips;
  for (int i = 1; i <= 10'000; ++i) trips.add(i * 1us);
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const auto truth = static_cast<double>(Duration(10ms).count()) * share;
    const auto told = static_cast<double>(trips.percentile(share).count());
    EXPECT_GE(told, truth) << share;
    EXPECT_LE(told, truth * (1 + 1.0 / 64) + 1) << share;
  }
  EXPECT_EQ(trips.percentile(1), 10ms);
}

TEST(RoundTrips, TheShortestAndTheLongestFit) {
  RoundTrips trips;
  for (const Duration each : {Duration(0ns), Duration(1ns), Duration(63ns), Duration(64ns), Duration(1000h)}) {
    trips.add(each);
  }
  EXPECT_EQ(trips.least(), 0ns);
  EXPECT_EQ(trips.most(), 1000h);
  EXPECT_EQ(trips.percentile(0.5), 63ns);
}

TEST(RoundTrips, BarsHoldEveryOneOnceAndGrowByAFactor) {
  RoundTrips trips;
  for (int i = 0; i < 900; ++i) trips.add(100us + i * 100ns);
  for (int i = 0; i < 10; ++i) trips.add(100ms);
  const auto bars = trips.bars(10);
  ASSERT_EQ(bars.size(), 10u);
  EXPECT_EQ(bars.front().from, 100us);
  EXPECT_EQ(bars.back().to, 100ms);
  EXPECT_EQ(bars.back().count, 10u);
  EXPECT_EQ(bars[5].count, 0u);
  EXPECT_EQ(std::accumulate(bars.begin(), bars.end(), std::uint64_t{0},
                            [](std::uint64_t sum, const auto& bar) { return sum + bar.count; }),
            910u);
}

TEST(RoundTrips, EqualOnesAreOneBar) {
  RoundTrips trips;
  for (int i = 0; i < 5; ++i) trips.add(1ms);
  ASSERT_EQ(trips.bars(10).size(), 1u);
  EXPECT_EQ(trips.bars(10)[0].count, 5u);
}

}  // namespace
}  // namespace megaphone::client
