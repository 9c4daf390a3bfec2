#include "megaphone/base/host_port.h"

#include <gtest/gtest.h>

namespace megaphone {
namespace {

TEST(HostPort, IsReadInEverySpellingAndWrittenInOne) {
  for (const auto& [text, written] : {
           std::pair{"Proxy.LAN.:3128", "proxy.lan:3128"},
           std::pair{"127.0.0.1:1", "127.0.0.1:1"},
           std::pair{"[0:0::1]:65535", "[::1]:65535"},
           std::pair{"printer", "printer:80"},
           std::pair{"[::1]", "[::1]:80"},
       }) {
    const auto read = HostPort::parse(text, 80);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->text(), written);
    EXPECT_EQ(HostPort::parse(read->text()), read);
  }
  EXPECT_EQ(HostPort::of(*Endpoint::parse("[::1]:3128")).host, "::1");
}

TEST(HostPort, ThatIsNoneIsRefused) {
  for (const char* text : {"", ":80", "a:", "a:0", "a:65536", "a:b", "a:1:2", "::1", "::1:80", "[::1", "[::1]80",
                           "[127.0.0.1]:80", "[a]:80", "a b:80", "127.1:80", "a;DIRECT:80", "\"a\":80", "u@a:80"}) {
    EXPECT_FALSE(HostPort::parse(text, 80)) << text;
  }
  EXPECT_FALSE(HostPort::parse("a"));
}

}  // namespace
}  // namespace megaphone
