#include "megaphone/base/host_pattern.h"

#include <gtest/gtest.h>

namespace megaphone {
namespace {

bool matches(std::string_view pattern, std::string_view host) {
  const auto parsed = HostPattern::parse(pattern);
  if (!parsed) ADD_FAILURE() << pattern << " is no pattern";
  return parsed && parsed->matches(host);
}

TEST(HostPattern, OfANameIsThatNameAlone) {
  EXPECT_TRUE(matches("WWW.Example.org.", "www.example.org"));
  EXPECT_TRUE(matches("printer", "printer"));
  EXPECT_FALSE(matches("example.org", "www.example.org"));
  EXPECT_FALSE(matches("example.org", "badexample.org"));
  EXPECT_FALSE(matches("example.org", "example.org.evil.example"));
}

TEST(HostPattern, OfADomainIsAllThatIsBelow) {
  for (const char* pattern : {".example.org", "*.Example.org"}) {
    EXPECT_TRUE(matches(pattern, "a.example.org"));
    EXPECT_TRUE(matches(pattern, "a.b.example.org"));
    EXPECT_FALSE(matches(pattern, "example.org"));
    EXPECT_FALSE(matches(pattern, "badexample.org"));
  }
}

TEST(HostPattern, OfANetworkIsItsAddressesInAnySpelling) {
  EXPECT_TRUE(matches("10.0.0.0/9", "10.127.255.255"));
  EXPECT_FALSE(matches("10.0.0.0/9", "10.128.0.0"));
  EXPECT_TRUE(matches("fe80::/10", "febf::1"));
  EXPECT_FALSE(matches("fe80::/10", "fec0::1"));
  EXPECT_TRUE(matches("::1", "0:0:0:0:0:0:0:1"));
  EXPECT_FALSE(matches("0.0.0.0/0", "::1"));
  EXPECT_FALSE(matches("0.0.0.0/0", "example.org"));
}

TEST(HostPattern, OfPlainNamesIsNoAddressAndNoDomain) {
  EXPECT_TRUE(HostPattern::plainNames().matches("printer"));
  for (const char* host : {"printer.example", "1.2.3.4", "::1"}) EXPECT_FALSE(HostPattern::plainNames().matches(host));
}

TEST(HostPattern, IsWrittenAsItIsRead) {
  for (const char* text : {"example.org", ".example.org", "10.0.0.0/8", "::1/128"}) {
    const auto pattern = HostPattern::parse(text);
    ASSERT_TRUE(pattern) << text;
    EXPECT_EQ(pattern->text(), text);
    EXPECT_EQ(HostPattern::parse(pattern->text()), pattern);
  }
}

TEST(HostPattern, ThatIsNoneIsRefused) {
  for (const char* text : {"", ".", "*", "*.", "a..b", "a*.example", "10.0.0.1/8", "10.1", "a b", "[::1]", "a:80",
                           "http://a", "..a", "a/8"}) {
    EXPECT_FALSE(HostPattern::parse(text)) << text;
  }
}

}  // namespace
}  // namespace megaphone
