#include <gtest/gtest.h>

#include "megaphone/access/rules.h"

namespace megaphone::access {
namespace {

Verdict judge(const ClientRules& rules, const char* client) { return rules.judge(IpAddress::parse(client).value()); }

TEST(ClientRules, AllowWhatIsListedAndNameTheRule) {
  const ClientRules rules(
      {{IpNetwork::parse("10.0.0.0/8").value(), {12, 3}}, {IpNetwork::parse("fd00::/8").value(), {}}});
  const Verdict verdict = judge(rules, "10.255.0.1");
  EXPECT_TRUE(verdict.allowed());
  EXPECT_EQ(verdict.rule, "clients 10.0.0.0/8");
  EXPECT_EQ(verdict.line, 12u);
  EXPECT_TRUE(judge(rules, "fd12::1").allowed());
}

TEST(ClientRules, DenyWhatIsNotListed) {
  const ClientRules rules({{IpNetwork::parse("10.0.0.0/8").value(), {}}});
  for (const char* client : {"11.0.0.1", "127.0.0.1", "::1", "fe80::1"}) {
    const Verdict verdict = judge(rules, client);
    EXPECT_EQ(verdict.reason, Reason::http_request_denied) << client;
    EXPECT_EQ(verdict.rule, "clients");
  }
}

TEST(ClientRules, AnEmptyListDeniesEverybody) {
  const ClientRules rules{std::vector<config::NetworkEntry>{}};
  EXPECT_FALSE(judge(rules, "127.0.0.1").allowed());
  EXPECT_FALSE(judge(rules, "::").allowed());
}

TEST(ClientRules, SeeTheIpv4AddressOfAMappedOne) {
  const ClientRules v4({{IpNetwork::parse("127.0.0.0/8").value(), {}}});
  EXPECT_TRUE(judge(v4, "::ffff:127.0.0.1").allowed());
  EXPECT_FALSE(judge(v4, "::ffff:10.0.0.1").allowed());
  const ClientRules mapped({{IpNetwork::parse("::ffff:10.0.0.0/104").value(), {}}});
  EXPECT_TRUE(judge(mapped, "10.1.1.1").allowed());
  EXPECT_TRUE(judge(mapped, "::ffff:10.1.1.1").allowed());
  EXPECT_FALSE(judge(mapped, "11.1.1.1").allowed());
}

TEST(ClientRules, AllOfIpv6IsNotIpv4) {
  const ClientRules rules({{IpNetwork::parse("::/0").value(), {}}});
  EXPECT_TRUE(judge(rules, "2001:db8::1").allowed());
  EXPECT_FALSE(judge(rules, "::ffff:10.0.0.1").allowed());
}

}  // namespace
}  // namespace megaphone::access
