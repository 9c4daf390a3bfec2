#include "megaphone/base/endpoint.h"

#include <gtest/gtest.h>

namespace megaphone {
namespace {

TEST(IpAddress, ReadsBothFamiliesAndWritesThemBack) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::7", "::ffff:1.2.3.4"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
  }
}

TEST(IpAddress, RefusesWhatIsNotAnAddress) {
  for (const char* text : {"", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "0x7f.0.0.1", "017.0.0.1", "1.2.3.4%1",
                           ":::", "g::", "localhost", "[::1]", "1.2.3.4 "}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, UnmapsIpv4InIpv6) {
  EXPECT_EQ(IpAddress::parse("::ffff:10.1.2.3")->unmapped().text(), "10.1.2.3");
  EXPECT_EQ(IpAddress::parse("::1")->unmapped().text(), "::1");
}

TEST(IpNetwork, ContainsByPrefixAndFamily) {
  const auto network = IpNetwork::parse("10.128.0.0/9");
  ASSERT_TRUE(network);
  EXPECT_TRUE(network->contains(*IpAddress::parse("10.255.0.1")));
  EXPECT_FALSE(network->contains(*IpAddress::parse("10.127.255.255")));
  EXPECT_FALSE(network->contains(*IpAddress::parse("::ffff:10.255.0.1")));
  EXPECT_TRUE(IpNetwork::parse("::/0")->contains(*IpAddress::parse("fe80::1")));
}

TEST(IpNetwork, RefusesBitsBehindThePrefixAndLongPrefixes) {
  for (const char* text : {"10.0.0.1/8", "10.0.0.0/33", "::1/64", "::/129", "10.0.0.0/", "10.0.0.0/+8", "/8"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
  EXPECT_EQ(IpNetwork::parse("192.0.2.7")->text(), "192.0.2.7/32");
}

TEST(Endpoint, ReadsWritesAndRefuses) {
  EXPECT_EQ(Endpoint::parse("127.0.0.1:80")->text(), "127.0.0.1:80");
  EXPECT_EQ(Endpoint::parse("[::1]:0")->text(), "[::1]:0");
  for (const char* text : {"127.0.0.1", "::1:80", "[127.0.0.1]:80", "127.0.0.1:65536", "127.0.0.1:", ":80", "a:80"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
  }
}

TEST(Endpoint, GoesThroughASockaddrUnchanged) {
  for (const char* text : {"127.0.0.1:80", "[2001:db8::1]:65535"}) {
    sockaddr_storage storage;
    Endpoint::parse(text)->toSockaddr(storage);
    EXPECT_EQ(Endpoint::from(reinterpret_cast<sockaddr*>(&storage))->text(), text);
  }
}

}  // namespace
}  // namespace megaphone
