#include "host_name.h"

#include <gtest/gtest.h>

#include "keyed_hash.h"

namespace megaphone::connect {
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

TEST(KeyedHash, IsSipHash24) {
  const KeyedHash hash({0x0706050403020100u, 0x0f0e0d0c0b0a0908u});  // the key and the vectors of the paper's appendix
  std::string input;
  for (char c = 0; c < 15; ++c) input += c;
  EXPECT_EQ(hash(input), 0xa129ca6149be45e5u);
  EXPECT_EQ(hash(""), 0x726fdb47dd0e0e31u);
  EXPECT_EQ(hash(input.substr(0, 8)), 0x93f5f5799a932462u);
}

TEST(KeyedHash, HasAnotherKeyEachTime) { EXPECT_NE(KeyedHash()("example.org"), KeyedHash()("example.org")); }

}  // namespace
}  // namespace megaphone::connect
