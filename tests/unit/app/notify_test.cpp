#include "notify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace megaphone::app {
namespace {

using namespace std::chrono_literals;

class Watchdog : public ::testing::Test {
 protected:
  ~Watchdog() override {
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
  }
  static std::optional<Duration> patience(const std::string& usec, const std::string& pid = "") {
    ::setenv("WATCHDOG_USEC", usec.c_str(), 1);
    pid.empty() ? ::unsetenv("WATCHDOG_PID") : ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    return watchdogPatience();
  }
};

TEST_F(Watchdog, IsThereWhenTheServiceManagerSaysSo) {
  EXPECT_EQ(watchdogPatience(), std::nullopt);
  EXPECT_EQ(patience("30000000"), 30s);
  EXPECT_EQ(patience("30000000", std::to_string(::getpid())), 30s);
}

TEST_F(Watchdog, OfAnotherProcessIsNotOurs) { EXPECT_EQ(patience("30000000", "1"), std::nullopt); }

TEST_F(Watchdog, NonsenseIsNone) {
  for (const char* text : {"", "0", "soon", "-1", "3s", "99999999999999999999", "18446744073709551615"}) {
    EXPECT_EQ(patience(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace megaphone::app
