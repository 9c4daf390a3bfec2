#include "megaphone/base/wake.h"

#include <gtest/gtest.h>

#include <thread>

namespace megaphone {
namespace {

using namespace std::chrono_literals;

// A missed wake-up hangs, and the test runner ends it.
TEST(Wake, ASleeperMissesNoPush) {
  constexpr std::uint64_t kRounds = 20'000;
  Wake wake;
  ASSERT_TRUE(wake.open().ok());
  std::atomic<std::uint64_t> pushed{0};
  std::atomic<std::uint64_t> seen{0};
  std::thread writer([&] {
    while (seen.load() < kRounds) {
      wake.sleep([&] { return pushed.load() != seen.load(); });
      seen.store(pushed.load());
      seen.notify_one();
    }
  });
  for (std::uint64_t i = 1; i <= kRounds; ++i) {
    pushed.store(i);
    wake.onPush(false);
    while (seen.load() < i) seen.wait(i - 1);
  }
  writer.join();
}

TEST(Wake, ANappingWriterIsWokenByARingThatFillsUp) {
  Wake wake;
  ASSERT_TRUE(wake.open().ok());
  std::atomic<bool> full{false};
  std::thread writer([&] { wake.nap(24h, [&] { return full.load(); }); });
  wake.onPush(false);
  full.store(true);
  wake.onPush(true);
  writer.join();
}

TEST(Wake, ARingIsKeptUntilTheWriterGoesToSleep) {
  Wake wake;
  ASSERT_TRUE(wake.open().ok());
  wake.ring();
  wake.sleep([] { return false; });
}

TEST(Wake, AWriterWithSomethingToDoDoesNotSleep) {
  Wake wake;
  ASSERT_TRUE(wake.open().ok());
  wake.sleep([] { return true; });
  wake.nap(24h, [] { return true; });
}

}  // namespace
}  // namespace megaphone
