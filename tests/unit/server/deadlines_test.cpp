#include "deadlines.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace megaphone::server {
namespace {

using namespace std::chrono_literals;

struct Node final : Deadlines::Node {
  std::function<void(MonoTime)> fired = [](MonoTime) {};
  void onDeadline(MonoTime now) override { fired(now); }
};

struct DeadlinesTest : testing::Test {
  uv::Loop loop;
  Deadlines deadlines{loop};
  const MonoTime start = loop.now();
};

TEST_F(DeadlinesTest, FiresInOrderAndNeverEarly) {
  std::vector<int> order;
  Node early, late;
  early.fired = [&](MonoTime now) {
    EXPECT_GE(now, start + 50ms);
    order.push_back(1);
  };
  late.fired = [&](MonoTime now) {
    EXPECT_GE(now, start + 350ms);
    order.push_back(2);
    loop.stop();
  };
  deadlines.set(late, start + 350ms);
  deadlines.set(early, start + 50ms);
  loop.run();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST_F(DeadlinesTest, WhatIsMovedLaterFiresAtItsLaterTime) {
  Node node;
  int fired = 0;
  node.fired = [&](MonoTime now) {
    ++fired;
    EXPECT_GE(now, start + 400ms);
    loop.stop();
  };
  deadlines.set(node, start + 100ms);
  deadlines.set(node, start + 400ms);
  loop.run();
  EXPECT_EQ(fired, 1);
}

TEST_F(DeadlinesTest, WhatIsMovedEarlierFiresThen) {
  Node node;
  node.fired = [&](MonoTime) { loop.stop(); };
  deadlines.set(node, start + 24h);  // far beyond the wheel
  deadlines.set(node, start + 50ms);
  loop.run();
}

TEST_F(DeadlinesTest, ClearedAndDeadNodesStaySilent) {
  Node cleared, last;
  cleared.fired = [](MonoTime) { FAIL(); };
  deadlines.set(cleared, start + 50ms);
  deadlines.clear(cleared);
  {
    Node dead;
    dead.fired = [](MonoTime) { FAIL(); };
    deadlines.set(dead, start + 50ms);
  }
  last.fired = [&](MonoTime) { loop.stop(); };
  deadlines.set(last, start + 250ms);
  loop.run();
}

TEST_F(DeadlinesTest, ANodeMaySetItselfAnewWhileItFires) {
  Node node;
  int fired = 0;
  node.fired = [&](MonoTime now) {
    if (++fired == 3)
      loop.stop();
    else
      deadlines.set(node, now + 10ms);
  };
  deadlines.set(node, start);
  loop.run();
  EXPECT_EQ(fired, 3);
}

TEST_F(DeadlinesTest, ASlowOneDoesNotLoseTheOthersWhenItSetsAnew) {
  Node slow, again, next;
  bool fired = false;
  slow.fired = [&](MonoTime now) {
    while (monoNow() < now + 2 * Deadlines::kTick) {
    }
    deadlines.set(again, monoNow());
  };
  next.fired = [&](MonoTime) { fired = true; };
  again.fired = [&](MonoTime) { loop.stop(); };
  deadlines.set(slow, start);
  deadlines.set(next, start + Deadlines::kTick);
  loop.run();
  EXPECT_TRUE(fired);
}

TEST_F(DeadlinesTest, AnEmptyWheelCatchesUpWhenItIsUsedAgain) {
  uv::Timer pause(loop, [&] { loop.stop(); });
  Node node;
  node.fired = [&](MonoTime) { loop.stop(); };
  deadlines.set(node, start + 10ms);
  loop.run();
  pause.start(300ms);
  loop.run();
  deadlines.set(node, loop.now() + 10ms);
  loop.run();
}

}  // namespace
}  // namespace megaphone::server
