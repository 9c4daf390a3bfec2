#include "rate_limit.h"

#include <gtest/gtest.h>

namespace megaphone::log {
namespace {

using namespace std::chrono_literals;

const MonoTime kNow{1h};

TEST(Sometimes, TheFirstGoesThroughAndTheRestWaits) {
  Sometimes sometimes;
  EXPECT_EQ(sometimes.pass("a", kNow), 0u);
  EXPECT_EQ(sometimes.pass("a", kNow), std::nullopt);
  EXPECT_EQ(sometimes.pass("a", kNow + Sometimes::kInterval - 1ns), std::nullopt);
}

TEST(Sometimes, TheNextSaysHowManyWereLeftOut) {
  Sometimes sometimes;
  sometimes.pass("a", kNow);
  sometimes.pass("a", kNow);
  sometimes.pass("a", kNow);
  EXPECT_EQ(sometimes.pass("a", kNow + Sometimes::kInterval), 2u);
  EXPECT_EQ(sometimes.pass("a", kNow + Sometimes::kInterval), std::nullopt);
  EXPECT_EQ(sometimes.pass("a", kNow + 2 * Sometimes::kInterval), 1u);
}

TEST(Sometimes, KeysDoNotHinderEachOther) {
  Sometimes sometimes;
  EXPECT_EQ(sometimes.pass("a", kNow), 0u);
  EXPECT_EQ(sometimes.pass("b", kNow), 0u);
}

TEST(Sometimes, ItsMemoryIsBounded) {
  Sometimes sometimes;
  for (std::size_t i = 0; i < Sometimes::kMaxKeys; ++i) sometimes.pass(std::to_string(i), kNow);
  EXPECT_EQ(sometimes.pass("one too many", kNow), 0u);
  EXPECT_EQ(sometimes.pass("and another", kNow), std::nullopt);  // they share a place
}

}  // namespace
}  // namespace megaphone::log
