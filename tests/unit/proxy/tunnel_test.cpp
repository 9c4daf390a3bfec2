// What the tables of docs/half-close.md do not show: order, repetition, and that the end is told once.
// The tables themselves are held by half_close_test.cpp.
#include "megaphone/proxy/tunnel.h"

#include <gtest/gtest.h>

namespace megaphone::proxy {
namespace {

using Act = Tunnel::Action;
using Half = Tunnel::Half;

TEST(Tunnel, FlowsBothWaysUntilSomethingEnds) {
  Tunnel tunnel;
  EXPECT_EQ(tunnel.next(), Act::none);
  EXPECT_EQ(tunnel.half(Side::client), Half::flowing);
  EXPECT_EQ(tunnel.half(Side::origin), Half::flowing);
}

TEST(Tunnel, EndOfOneSideLeavesTheOtherFlowing) {
  Tunnel tunnel;
  tunnel.ended(Side::client, false);
  EXPECT_EQ(tunnel.next(), Act::end_origin);
  EXPECT_EQ(tunnel.next(), Act::none);
  EXPECT_NE(tunnel.half(Side::client), Half::flowing);
  EXPECT_EQ(tunnel.half(Side::origin), Half::flowing);
}

TEST(Tunnel, EndWaitsForTheBytesBeforeIt) {
  Tunnel tunnel;
  tunnel.ended(Side::origin, true);
  EXPECT_EQ(tunnel.half(Side::origin), Half::draining);
  EXPECT_EQ(tunnel.next(), Act::none);
  EXPECT_NE(tunnel.half(Side::origin), Half::flowing);
  tunnel.drained(Side::origin);
  EXPECT_EQ(tunnel.next(), Act::end_client);
  EXPECT_EQ(tunnel.next(), Act::none);
}

TEST(Tunnel, DrainingOfWhatHasNotEndedMeansNothing) {
  Tunnel tunnel;
  tunnel.drained(Side::client);
  EXPECT_EQ(tunnel.half(Side::client), Half::flowing);
  EXPECT_EQ(tunnel.next(), Act::none);
}

TEST(Tunnel, BothEndsAtOnceAreTheEndOfAll) {
  Tunnel tunnel;
  tunnel.ended(Side::client, false);
  tunnel.ended(Side::origin, false);
  EXPECT_EQ(tunnel.next(), Act::over);
}

TEST(Tunnel, KnowsWhoClosedFirst) {
  for (const Side first : {Side::client, Side::origin}) {
    Tunnel tunnel;
    tunnel.ended(first, true);
    tunnel.ended(first == Side::client ? Side::origin : Side::client, false);
    EXPECT_EQ(tunnel.endedFirst(), first);
  }
}

TEST(Tunnel, EndToldAgainChangesNothing) {
  Tunnel tunnel;
  tunnel.ended(Side::client, true);
  tunnel.ended(Side::client, false);
  EXPECT_EQ(tunnel.half(Side::client), Half::draining);
  tunnel.drained(Side::client);
  tunnel.drained(Side::client);
  EXPECT_EQ(tunnel.next(), Act::end_origin);
  tunnel.ended(Side::client, false);
  EXPECT_EQ(tunnel.next(), Act::none);
}

}  // namespace
}  // namespace megaphone::proxy
