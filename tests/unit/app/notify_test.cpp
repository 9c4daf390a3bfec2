#include "notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
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

class Notify : public ::testing::Test {
 protected:
  Notify() {
    address_.sun_family = AF_UNIX;
    const std::string name = "@megaphone-notify-" + std::to_string(::getpid());
    name.copy(address_.sun_path, name.size());
    address_.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(manager_.get(), reinterpret_cast<const sockaddr*>(&address_), size), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Notify() override { ::unsetenv("NOTIFY_SOCKET"); }

  std::string heard() const {
    std::array<char, 256> text{};
    const ssize_t size = ::recv(manager_.get(), text.data(), text.size(), 0);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

  UniqueFd manager_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_un address_{};
};

TEST_F(Notify, ReachesWhoReads) {
  EXPECT_EQ(NotifySocket().send("READY=1"), NotifySocket::Sent::yes);
  EXPECT_EQ(heard(), "READY=1");
}

TEST_F(Notify, DoesNotWaitForWhoDoesNotRead) {
  const NotifySocket socket;
  NotifySocket::Sent sent = NotifySocket::Sent::yes;
  for (int i = 0; i < 100'000 && sent == NotifySocket::Sent::yes; ++i) sent = socket.send("STATUS=x");
  EXPECT_EQ(sent, NotifySocket::Sent::no_room);
  EXPECT_EQ(heard(), "STATUS=x");
  EXPECT_EQ(socket.send("READY=1"), NotifySocket::Sent::yes);
}

TEST_F(Notify, KnowsThatNobodyIsThere) {
  manager_.reset();
  EXPECT_EQ(NotifySocket().send("READY=1"), NotifySocket::Sent::never);
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_EQ(NotifySocket().send("READY=1"), NotifySocket::Sent::never);
}

}  // namespace
}  // namespace megaphone::app
