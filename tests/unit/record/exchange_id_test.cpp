#include "megaphone/record/exchange_id.h"

#include <gtest/gtest.h>

#include <set>

namespace megaphone::record {
namespace {

using namespace std::chrono_literals;

constexpr Duration kTick = 15625us;
const WallTime kStart = WallTime(1'796'000'000s);

TEST(ExchangeId, IsStartLoopAndNumberAsText) {
  EXPECT_EQ(idText(idBeforeFirst(WallTime{}, 0) + 1), "0000-0-1");
  EXPECT_EQ(idText(idBeforeFirst(WallTime(kTick), 3) + 42), "0001-3-42");
  EXPECT_EQ(idText(idBeforeFirst(WallTime(kTick * 31), 255) + 7), "000z-255-7");
}

TEST(ExchangeId, DiffersBetweenLoopsAndBetweenStartsThatFollowEachOther) {
  std::set<ExchangeId> ids;
  for (int start = 0; start < 1000; ++start) {
    for (const unsigned loop : {0u, 1u, 63u, 255u}) ids.insert(idBeforeFirst(kStart + start * kTick, loop) + 1);
  }
  EXPECT_EQ(ids.size(), 4000u);
}

TEST(ExchangeId, IsNeverZero) { EXPECT_NE(idBeforeFirst(WallTime{}, 0) + 1, 0u); }

TEST(ExchangeId, CountsFarWithoutTouchingTheLoop) {
  const ExchangeId before = idBeforeFirst(kStart, 1);
  EXPECT_EQ(idText(before + 68'000'000'000), idText(before).substr(0, 7) + "68000000000");
}

}  // namespace
}  // namespace megaphone::record
