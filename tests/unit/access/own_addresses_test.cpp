#include "megaphone/access/own_addresses.h"

#include <gtest/gtest.h>

#include "megaphone/access/rules.h"

namespace megaphone::access {
namespace {

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }

struct OwnAddressesTest : testing::Test {
  std::shared_ptr<OwnAddresses> own =
      std::make_shared<OwnAddresses>([](const IpAddress& address) { return address == ip("11.0.0.9"); });
  config::Proxy proxy;

  OwnAddressesTest() { own->becomeKnown({ip("127.0.0.1"), ip("11.22.33.44"), ip("2a00::44"), ip("10.0.0.5")}); }
  std::string ruleFor(const char* address) {
    return std::string(DestinationRules(proxy, own).judgeAddress(ip(address)).rule);
  }
};

TEST_F(OwnAddressesTest, AreDenied) {
  EXPECT_EQ(ruleFor("11.22.33.44"), "address of this machine");
  EXPECT_EQ(ruleFor("2a00::44"), "address of this machine");
  EXPECT_EQ(DestinationRules(proxy, own).judgeAddress(ip("11.22.33.44")).reason, Reason::destination_ip_prohibited);
  EXPECT_EQ(ruleFor("11.22.33.45"), "");
  EXPECT_EQ(ruleFor("2a00::45"), "");
}

TEST_F(OwnAddressesTest, AreDeniedInEveryFormThatCarriesThem) {
  for (const char* address :
       {"::ffff:11.22.33.44", "64:ff9b::11.22.33.44", "2002:b16:212c::1", "2001:0:b16:212c:0:0:f4ff:fffe",
        "2001:0:102:304:0:0:f4e9:ded3", "2a00:1::5efe:11.22.33.44"})
    EXPECT_EQ(ruleFor(address), "address of this machine") << address;
  EXPECT_EQ(ruleFor("64:ff9b::11.22.33.45"), "");
}

TEST_F(OwnAddressesTest, SpecialOnesKeepTheNameOfTheirNetwork) {
  EXPECT_EQ(ruleFor("127.0.0.1"), "loopback network 127.0.0.0/8");
  EXPECT_EQ(ruleFor("10.0.0.5"), "private network 10.0.0.0/8");
}

TEST_F(OwnAddressesTest, ANetworkAllowsThoseInIt) {
  proxy.allow_destinations = {{*IpNetwork::parse("11.22.0.0/16"), {3, 1}, false}};
  EXPECT_TRUE(DestinationRules(proxy, own).judgeAddress(ip("11.22.33.44")).allowed());
  EXPECT_FALSE(DestinationRules(proxy, own).judgeAddress(ip("2a00::44")).allowed());
}

TEST_F(OwnAddressesTest, TheirWordAllowsAllButLoopback) {
  proxy.allow_destinations = {{{}, {3, 1}, true}};
  const DestinationRules rules(proxy, own);
  for (const char* address : {"11.22.33.44", "2a00::44", "10.0.0.5", "::ffff:11.22.33.44"}) {
    const Verdict verdict = rules.judgeAddress(ip(address));
    EXPECT_TRUE(verdict.allowed()) << address;
    EXPECT_EQ(ruleText(verdict), "allow_destinations this-machine, line 3");
  }
  for (const char* address : {"127.0.0.1", "::1", "10.0.0.6", "64:ff9b::11.22.33.44"})
    EXPECT_FALSE(rules.judgeAddress(ip(address)).allowed()) << address;
}

TEST_F(OwnAddressesTest, AreAskedAboutWhileTheyAreNotKnown) {
  EXPECT_EQ(ruleFor("11.0.0.9"), "");
  own->becomeUnknown();
  EXPECT_EQ(ruleFor("11.0.0.9"), "address of this machine");
  EXPECT_EQ(ruleFor("11.22.33.44"), "");
}

TEST_F(OwnAddressesTest, AChangeHoldsForRulesThatAreInForce) {
  const DestinationRules rules(proxy, own);
  own->becomeKnown({ip("11.22.33.55"), ip("fe80::1")});
  EXPECT_TRUE(rules.judgeAddress(ip("11.22.33.44")).allowed());
  EXPECT_FALSE(rules.judgeAddress(ip("11.22.33.55")).allowed());
}

TEST_F(OwnAddressesTest, ContainWhateverScope) {
  own->becomeKnown({IpAddress::v6(ip("fe80::1").raw(), 3)});
  EXPECT_TRUE(own->contains(ip("fe80::1")));
  EXPECT_TRUE(own->contains(IpAddress::v6(ip("fe80::1").raw(), 5)));
}

}  // namespace
}  // namespace megaphone::access
