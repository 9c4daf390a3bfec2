#include "megaphone/base/host_name.h"

#include <gtest/gtest.h>

namespace megaphone {
namespace {

TEST(HostName, IsLoweredAndLosesItsLastDot) {
  EXPECT_EQ(normalName("WWW.Example.ORG."), "www.example.org");
  EXPECT_EQ(normalName("localhost"), "localhost");
  EXPECT_EQ(normalName("_dmarc.xn--bcher-kva.example"), "_dmarc.xn--bcher-kva.example");
  EXPECT_EQ(normalName("1.2.3.4.example"), "1.2.3.4.example");
  EXPECT_EQ(normalName("3com"), "3com");
  EXPECT_EQ(normalName("0xg"), "0xg");
}

TEST(HostName, ThatEndsInANumberIsRefused) {
  for (const char* text : {"127.1", "0x7f.1", "2130706433", "1.2.3.4.", "1.2.3.4", "example.0x7f", "example.0x", "a.09",
                           "017700000001", "0X7F000001"}) {
    EXPECT_EQ(normalName(text), std::nullopt) << text;
  }
}

TEST(HostName, OfOtherCharactersIsRefused) {
  for (const char* text : {"", ".", "..", "a..b", ".a", "a b", "a/b", "a:80", "[::1]", "::1",
                           "b\xc3\xbc"
                           "cher.de",
                           "a%00b", "a\tb", "user@host", "a,b"}) {
    EXPECT_EQ(normalName(text), std::nullopt) << text;
  }
  EXPECT_EQ(normalName(std::string_view("a\0b", 3)), std::nullopt);
}

TEST(HostName, IsBoundInLength) {
  const std::string label(63, 'a');
  EXPECT_TRUE(normalName(label));
  EXPECT_FALSE(normalName(label + 'a'));
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
  ASSERT_EQ(longest.size(), 253u);
  EXPECT_TRUE(normalName(longest));
  EXPECT_TRUE(normalName(longest + '.'));
  EXPECT_FALSE(normalName(longest + 'a'));
}

TEST(HostName, KnowsTheNamesThatAreNeverAsked) {
  EXPECT_TRUE(isLocalhost("localhost"));
  EXPECT_TRUE(isLocalhost("a.b.localhost"));
  EXPECT_FALSE(isLocalhost("notlocalhost"));
  EXPECT_FALSE(isLocalhost("localhost.example"));
  EXPECT_TRUE(isNeverResolved("a.onion"));
  EXPECT_TRUE(isNeverResolved("invalid"));
  EXPECT_FALSE(isNeverResolved("onion.example"));
}

}  // namespace
}  // namespace megaphone
