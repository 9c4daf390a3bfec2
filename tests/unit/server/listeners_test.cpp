#include "megaphone/server/listeners.h"

#include <gtest/gtest.h>

#include "listener_kinds.h"

namespace megaphone::server {
namespace {

using observe::Count;

const config::ListenerKind* kProxyKind = &config::kListenerKind<config::Proxy>;
const config::ListenerKind* kTcpKind = &config::kListenerKind<config::UppercaseTcp>;
const config::ListenerKind* kUdpKind = &config::kListenerKind<config::UppercaseUdp>;

config::Settings withProxies(std::vector<std::string> names) {
  config::Settings settings;
  for (std::string& name : names) settings.proxies.emplace_back().name = std::move(name);
  return settings;
}

struct ListenersTest : testing::Test {
  ListenersPtr made(config::Settings settings, const std::vector<Assignment>& sockets,
                    const Listeners* before = nullptr) {
    return std::make_shared<const Listeners>(std::make_shared<const config::Settings>(std::move(settings)), "tag",
                                             sockets, nullptr, book, before);
  }
  static void count(const Listeners& listeners, SocketId socket) {
    const auto state = listeners.inside().find<ListenerState>(socket);
    ASSERT_TRUE(state);
    state->countersOn(1)[Count::accepted].add();
  }
  static std::uint64_t accepted(const Listeners& listeners, const std::string& name) {
    const auto clients = listeners.clients(name);
    return clients ? clients->accepted : 999;
  }

  observe::CounterBook book{2};
};

TEST_F(ListenersTest, ASocketIsFoundAsWhatItServes) {
  config::Settings settings = withProxies({"proxy"});
  settings.uppercase_tcp.emplace_back().name = "tcp";
  settings.uppercase_udp.emplace_back().name = "udp";
  const auto listeners =
      made(std::move(settings), {{1, kProxyKind, 0, 3128}, {2, kTcpKind, 0, 7007}, {3, kUdpKind, 0, 7008}});
  const Listeners::Inside& inside = listeners->inside();
  EXPECT_TRUE(inside.find<ProxyListenerState>(1));
  EXPECT_TRUE(inside.find<TcpListenerState>(1));
  EXPECT_FALSE(inside.find<UppercaseTcpListenerState>(1));
  EXPECT_TRUE(inside.find<UppercaseTcpListenerState>(2));
  EXPECT_FALSE(inside.find<TcpListenerState>(3));
  const auto udp = inside.find<UppercaseUdpListenerState>(3);
  ASSERT_TRUE(udp);
  EXPECT_EQ(udp->ownPorts, std::vector<std::uint16_t>{7008});
  EXPECT_FALSE(inside.find<ListenerState>(4));
  EXPECT_FALSE(listeners->clients("udp")) << "it has no connections";
}

TEST_F(ListenersTest, OneThatKeepsItsNameGoesOnCounting) {
  const auto before = made(withProxies({"a", "b"}), {{1, kProxyKind, 0, 1}, {2, kProxyKind, 1, 2}});
  count(*before, 1);
  const auto now = made(withProxies({"b", "a"}), {{3, kProxyKind, 0, 3}, {4, kProxyKind, 1, 4}}, before.get());
  EXPECT_EQ(accepted(*now, "a"), 1u);
  EXPECT_EQ(accepted(*now, "b"), 0u);
}

TEST_F(ListenersTest, OneThatGetsAnotherNameAndKeepsASocketGoesOnCounting) {
  const auto before = made(withProxies({"a"}), {{1, kProxyKind, 0, 1}});
  count(*before, 1);
  const auto now = made(withProxies({"new"}), {{1, kProxyKind, 0, 1}}, before.get());
  EXPECT_EQ(accepted(*now, "new"), 1u);
}

TEST_F(ListenersTest, ASocketThatGoesToAnotherListenerBringsNothing) {
  const auto before = made(withProxies({"a", "b"}), {{1, kProxyKind, 0, 1}, {2, kProxyKind, 1, 2}});
  count(*before, 1);
  const auto now = made(withProxies({"new", "a"}), {{1, kProxyKind, 0, 1}, {2, kProxyKind, 1, 2}}, before.get());
  EXPECT_EQ(accepted(*now, "new"), 0u);
  EXPECT_EQ(accepted(*now, "a"), 1u);
  EXPECT_EQ(book.totals()[Count::accepted], 1u);
}

TEST_F(ListenersTest, AnotherKindBeginsAnew) {
  const auto before = made(withProxies({"a"}), {{1, kProxyKind, 0, 1}});
  count(*before, 1);
  config::Settings settings;
  settings.uppercase_tcp.emplace_back().name = "a";
  const auto now = made(std::move(settings), {{1, kTcpKind, 0, 1}}, before.get());
  EXPECT_EQ(accepted(*now, "a"), 0u);
  EXPECT_EQ(book.totals()[Count::accepted], 1u);
}

}  // namespace
}  // namespace megaphone::server
