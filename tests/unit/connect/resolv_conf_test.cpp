#include "resolv_conf.h"

#include <gtest/gtest.h>

namespace megaphone::connect {
namespace {

using Names = std::vector<std::string>;

Names serversOf(std::string_view text) {
  Names out;
  for (const Endpoint& server : readResolvConf(text, 53).servers) out.push_back(server.text());
  return out;
}

TEST(ResolvConf, NamesTheServersInTheirOrder) {
  EXPECT_EQ(serversOf("nameserver 192.0.2.1\nnameserver\t2001:db8::1 \n"), (Names{"192.0.2.1:53", "[2001:db8::1]:53"}));
}

TEST(ResolvConf, ALinkLocalServerKeepsItsInterface) {
  EXPECT_EQ(serversOf("nameserver fe80::53%lo"), (Names{Endpoint{*IpAddress::parse("fe80::53%lo"), 53}.text()}));
}

TEST(ResolvConf, PassesOverRemarksAndWhatItDoesNotUnderstand) {
  EXPECT_EQ(serversOf("# nameserver 192.0.2.9\n; nameserver 192.0.2.8\nnameserver\nnameserver x.y\nfoo bar\noptions\n"
                      "sortlist 10/8\nnameserver 192.0.2.1 # why\nnameserver 192.0.2.2;\n"),
            (Names{"192.0.2.1:53", "192.0.2.2:53"}));
}

TEST(ResolvConf, TakesOtherEndsOfLinesAndAByteOrderMark) {
  EXPECT_EQ(serversOf("\xef\xbb\xbfnameserver 192.0.2.1\r\nnameserver 192.0.2.2"),
            (Names{"192.0.2.1:53", "192.0.2.2:53"}));
}

TEST(ResolvConf, TheServersAreBounded) {
  std::string text;
  for (int i = 0; i < 1'000; ++i) text += "nameserver 192.0.2.1\n";
  EXPECT_LE(serversOf(text).size(), 16u);
}

TEST(ResolvConf, TheLastOfDomainAndSearchCounts) {
  EXPECT_EQ(readResolvConf("domain a.test\nsearch B.test c.test. \n", 53).search, (Names{"b.test", "c.test"}));
  EXPECT_EQ(readResolvConf("search b.test c.test\ndomain a.test d.test\n", 53).search, (Names{"a.test"}));
  EXPECT_EQ(readResolvConf("search .\n", 53).search, Names{});
  EXPECT_EQ(readResolvConf("", 53).search, Names{});
}

TEST(ResolvConf, ReadsTheNumberOfDots) {
  EXPECT_EQ(readResolvConf("", 53).ndots, 1u);
  EXPECT_EQ(readResolvConf("options edns0 ndots:5 rotate\n", 53).ndots, 5u);
  EXPECT_EQ(readResolvConf("options ndots:999\n", 53).ndots, 15u);
  EXPECT_EQ(readResolvConf("options ndots:x ndots: trust-ad\n", 53).ndots, 1u);
}

TEST(Searched, AShortNameIsTriedUnderTheDomainsFirst) {
  EXPECT_EQ(searched("intranet", {"a.test", "b.test"}, 1), (Names{"intranet.a.test", "intranet.b.test", "intranet"}));
  EXPECT_EQ(searched("www.intranet", {"a.test"}, 2), (Names{"www.intranet.a.test", "www.intranet"}));
}

TEST(Searched, ANameWithEnoughDotsIsTriedAsItIsFirst) {
  EXPECT_EQ(searched("www.intranet", {"a.test"}, 1), (Names{"www.intranet", "www.intranet.a.test"}));
  EXPECT_EQ(searched("intranet", {"a.test"}, 0), (Names{"intranet", "intranet.a.test"}));
}

TEST(Searched, ANameThatWouldBeTooLongIsLeftOut) {
  const std::string longName = std::string(60, 'x') + '.' + std::string(60, 'x') + '.' + std::string(60, 'x');
  EXPECT_EQ(searched(longName, {longName}, 1), (Names{longName}));
}

}  // namespace
}  // namespace megaphone::connect
