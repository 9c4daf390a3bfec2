#include "megaphone/config/listen_on.h"

#include <gtest/gtest.h>

#include "megaphone/config/load.h"

namespace megaphone::config {
namespace {

TEST(ListenOn, IsAnAddressOrASocketOfSystemd) {
  for (const char* text : {"127.0.0.1:80", "[::1]:0", "systemd:web", "systemd:megaphone.socket"}) {
    const auto on = ListenOn::parse(text);
    ASSERT_TRUE(on) << text;
    EXPECT_EQ(on->text(), text);
  }
  EXPECT_EQ(ListenOn::parse("systemd:web")->handed, "web");
}

TEST(ListenOn, ANameIsWhatSystemdLetsItBe) {
  EXPECT_TRUE(ListenOn::parse("systemd:" + std::string(255, 'a')));
  for (const std::string& name :
       {std::string(), std::string("a:b"), std::string("a b"), std::string("a\n"), std::string(256, 'a')})
    EXPECT_FALSE(ListenOn::parse("systemd:" + name)) << name;
}

std::string told(std::string_view text, const std::vector<HandedSocket>& sockets) {
  Machine machine;
  machine.sockets = sockets;
  std::string out;
  for (const Problem& problem : parse(text, "m.toml", machine).problems) out += format(problem, "m.toml");
  return out;
}

const HandedSocket kWeb{"web", Transport::tcp, *Endpoint::parse("0.0.0.0:80")};
const HandedSocket kDns{"dns", Transport::udp, *Endpoint::parse("[::]:53")};

TEST(HandedSockets, HaveAListenerEach) {
  constexpr std::string_view kBoth =
      "[[proxy]]\nlisten = [\"systemd:web\", \"127.0.0.1:1\"]\n[[uppercase_udp]]\nlisten = \"systemd:dns\"\n";
  EXPECT_EQ(told(kBoth, {kWeb, kDns, kWeb}), "");
  EXPECT_EQ(told("[[proxy]]\nlisten = \"systemd:web\"\n", {kWeb, kDns}),
            R"(m.toml: error: systemd hands over a socket that no listener takes: "dns" (UDP [::]:53)
help: give an [[uppercase_udp]] listen = "systemd:dns", or take it out of the .socket unit
)");
}

TEST(HandedSockets, AreMissedWhereTheyAreWanted) {
  EXPECT_EQ(
      told("[[proxy]]\nlisten = [\"systemd:web\", \"systemd:dns\"]\n[[uppercase_udp]]\nlisten = \"systemd:dns\"\n",
           {kWeb, kDns}),
      R"(m.toml:2:26: error: systemd hands over no TCP socket with the name "dns"
    2 | listen = ["systemd:web", "systemd:dns"]
      |                          ^^^^^^^^^^^^^
help: there is "web" (TCP 0.0.0.0:80), "dns" (UDP [::]:53)
)");
}

TEST(HandedSockets, ThatNobodyKnowsOfAreNotMissed) {
  EXPECT_TRUE(parse("[[proxy]]\nlisten = \"systemd:web\"\n", "m.toml").problems.empty());
}

}  // namespace
}  // namespace megaphone::config
