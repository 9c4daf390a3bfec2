#include "megaphone/uv/loop.h"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "megaphone/uv/handles.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::uv {
namespace {

using namespace std::chrono_literals;

TEST(Loop, ATimerMayDestroyItselfAndStopTheLoop) {
  Loop loop;
  int fired = 0;
  auto timer = std::make_unique<Timer>();
  *timer = Timer(loop, [&] {
    ++fired;
    loop.stop();
    timer.reset();
  });
  timer->start(1ms);
  loop.run();
  EXPECT_EQ(fired, 1);
}

TEST(Loop, AStoppedTimerStaysSilent) {
  Loop loop;
  bool fired = false;
  Timer silent(loop, [&] { fired = true; });
  Timer last(loop, [&] { loop.stop(); });
  silent.start(1ms);
  silent.stop();
  last.start(5ms);
  loop.run();
  EXPECT_FALSE(fired);
}

TEST(Loop, AStopWhileItDoesNotRunHarmsNobody) {
  Loop loop;
  Timer timer(loop, [] {});
  loop.stop();
}

struct Grave : Deferred {
  explicit Grave(int& c) : count(c) {}
  ~Grave() override { ++count; }
  int& count;
};

TEST(Loop, WhatIsDeferredDiesOnAnIdleLoopAndAtTheEnd) {
  int dead = 0;
  {
    Loop loop;
    Timer later(loop, [&] {
      EXPECT_EQ(dead, 1);
      loop.deferDelete(std::make_unique<Grave>(dead));
      EXPECT_EQ(dead, 1);
      loop.stop();
    });
    Timer first(loop, [&] {
      loop.deferDelete(std::make_unique<Grave>(dead));
      later.start(1ms);
    });
    first.start(0ms);
    loop.run();
    loop.deferDelete(std::make_unique<Grave>(dead));
  }
  EXPECT_EQ(dead, 3);
}

TEST(Mailbox, DeliversInOrderFromAnotherThread) {
  Loop loop;
  std::vector<int> got;
  Mailbox<std::unique_ptr<int>> box(loop, [&](std::unique_ptr<int>&& mail) {
    got.push_back(*mail);
    if (got.size() == 1000) loop.stop();
  });
  std::thread sender([&] {
    for (int i = 0; i < 1000; ++i) box.post(std::make_unique<int>(i));
  });
  loop.run();
  sender.join();
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(got[static_cast<std::size_t>(i)], i);
}

TEST(Mailbox, MailThatIsNotDeliveredIsStillDestroyed) {
  int dead = 0;
  {
    Loop loop;
    Mailbox<std::unique_ptr<Grave>> box(loop, [](auto&&) {});
    box.post(std::make_unique<Grave>(dead));
  }
  EXPECT_EQ(dead, 1);
}

TEST(Signal, IsHeardOnTheLoop) {
  Loop loop;
  int heard = 0;
  Signal signal(loop, SIGUSR2, [&] {
    ++heard;
    loop.stop();
  });
  std::raise(SIGUSR2);
  loop.run();
  EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace megaphone::uv
