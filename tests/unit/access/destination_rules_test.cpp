#include <gtest/gtest.h>

#include "megaphone/access/rules.h"

namespace megaphone::access {
namespace {

using Ports = std::initializer_list<std::uint16_t>;

struct Case {
  const char* address;
  const char* rule;  // "" : allowed
};

DestinationRules rulesAllowing(const std::vector<const char*>& networks) {
  config::Proxy proxy;
  for (const char* text : networks) proxy.allow_destinations.push_back({IpNetwork::parse(text).value(), {7, 1}});
  return DestinationRules(proxy);
}

void expectAll(const DestinationRules& rules, const std::vector<Case>& cases) {
  for (const Case& row : cases) {
    const Verdict verdict = rules.judgeAddress(IpAddress::parse(row.address).value());
    EXPECT_EQ(verdict.rule, row.rule) << row.address;
    EXPECT_EQ(verdict.reason, *row.rule ? Reason::destination_ip_prohibited : Reason::none) << row.address;
  }
}

TEST(DestinationRules, DenySpecialIpv4NetworksFromTheirFirstToTheirLastAddress) {
  expectAll(rulesAllowing({}), {
                                   {"0.0.0.0", "unspecified network 0.0.0.0/32"},
                                   {"0.0.0.1", "this network 0.0.0.0/8"},
                                   {"0.255.255.255", "this network 0.0.0.0/8"},
                                   {"1.0.0.0", ""},
                                   {"9.255.255.255", ""},
                                   {"10.0.0.0", "private network 10.0.0.0/8"},
                                   {"10.255.255.255", "private network 10.0.0.0/8"},
                                   {"11.0.0.0", ""},
                                   {"100.63.255.255", ""},
                                   {"100.64.0.0", "carrier-grade NAT network 100.64.0.0/10"},
                                   {"100.127.255.255", "carrier-grade NAT network 100.64.0.0/10"},
                                   {"100.128.0.0", ""},
                                   {"126.255.255.255", ""},
                                   {"127.0.0.0", "loopback network 127.0.0.0/8"},
                                   {"127.0.0.1", "loopback network 127.0.0.0/8"},
                                   {"127.255.255.255", "loopback network 127.0.0.0/8"},
                                   {"128.0.0.0", ""},
                                   {"169.253.255.255", ""},
                                   {"169.254.169.254", "link-local network 169.254.0.0/16"},
                                   {"169.255.0.0", ""},
                                   {"172.15.255.255", ""},
                                   {"172.16.0.0", "private network 172.16.0.0/12"},
                                   {"172.31.255.255", "private network 172.16.0.0/12"},
                                   {"172.32.0.0", ""},
                                   {"191.255.255.255", ""},
                                   {"192.0.0.0", "protocol assignments network 192.0.0.0/24"},
                                   {"192.0.0.8", "protocol assignments network 192.0.0.0/24"},
                                   {"192.0.0.9", "protocol assignments network 192.0.0.0/24"},
                                   {"192.0.0.170", "protocol assignments network 192.0.0.0/24"},
                                   {"192.0.0.255", "protocol assignments network 192.0.0.0/24"},
                                   {"192.0.1.0", ""},
                                   {"192.0.2.0", "documentation network 192.0.2.0/24"},
                                   {"192.0.2.255", "documentation network 192.0.2.0/24"},
                                   {"192.0.3.0", ""},
                                   {"192.31.196.1", ""},
                                   {"192.52.193.1", ""},
                                   {"192.88.98.255", ""},
                                   {"192.88.99.1", "reserved network 192.88.99.0/24"},
                                   {"192.88.100.0", ""},
                                   {"192.167.255.255", ""},
                                   {"192.168.0.0", "private network 192.168.0.0/16"},
                                   {"192.168.255.255", "private network 192.168.0.0/16"},
                                   {"192.169.0.0", ""},
                                   {"192.175.48.1", ""},
                                   {"198.17.255.255", ""},
                                   {"198.18.0.0", "benchmarking network 198.18.0.0/15"},
                                   {"198.19.255.255", "benchmarking network 198.18.0.0/15"},
                                   {"198.20.0.0", ""},
                                   {"198.51.99.255", ""},
                                   {"198.51.100.0", "documentation network 198.51.100.0/24"},
                                   {"198.51.100.255", "documentation network 198.51.100.0/24"},
                                   {"198.51.101.0", ""},
                                   {"203.0.112.255", ""},
                                   {"203.0.113.0", "documentation network 203.0.113.0/24"},
                                   {"203.0.113.255", "documentation network 203.0.113.0/24"},
                                   {"203.0.114.0", ""},
                                   {"223.255.255.255", ""},
                                   {"224.0.0.0", "multicast network 224.0.0.0/4"},
                                   {"239.255.255.255", "multicast network 224.0.0.0/4"},
                                   {"240.0.0.0", "reserved network 240.0.0.0/4"},
                                   {"255.255.255.254", "reserved network 240.0.0.0/4"},
                                   {"255.255.255.255", "broadcast network 255.255.255.255/32"},
                               });
}

TEST(DestinationRules, DenySpecialIpv6NetworksFromTheirFirstToTheirLastAddress) {
  expectAll(rulesAllowing({}), {
                                   {"::", "unspecified network ::/128"},
                                   {"::1", "loopback network ::1/128"},
                                   {"::1:0:0:0", "reserved network ::/0"},
                                   {"63::1", "reserved network ::/0"},
                                   {"64:ff9b:0:0:0:1::", "reserved network ::/0"},
                                   {"64:ff9b:1::", "local NAT64 network 64:ff9b:1::/48"},
                                   {"64:ff9b:1:ffff:ffff:ffff:808:808", "local NAT64 network 64:ff9b:1::/48"},
                                   {"64:ff9b:2::", "reserved network ::/0"},
                                   {"100::", "discard-only network 100::/64"},
                                   {"100::ffff:ffff:ffff:ffff", "discard-only network 100::/64"},
                                   {"100:0:0:1::1", "dummy network 100:0:0:1::/64"},
                                   {"100:0:0:2::", "reserved network ::/0"},
                                   {"1fff:ffff::", "reserved network ::/0"},
                                   {"2000::", ""},
                                   {"2001:1::1", "protocol assignments network 2001::/23"},
                                   {"2001:2::1", "benchmarking network 2001:2::/48"},
                                   {"2001:2:1::", "protocol assignments network 2001::/23"},
                                   {"2001:3::1", ""},
                                   {"2001:4:112::1", ""},
                                   {"2001:4:113::", "protocol assignments network 2001::/23"},
                                   {"2001:10::1", "protocol assignments network 2001::/23"},
                                   {"2001:20::1", ""},
                                   {"2001:3f:ffff::", ""},
                                   {"2001:40::", "protocol assignments network 2001::/23"},
                                   {"2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "protocol assignments network 2001::/23"},
                                   {"2001:200::", ""},
                                   {"2001:4860:4860::8888", ""},
                                   {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", ""},
                                   {"2001:db8::", "documentation network 2001:db8::/32"},
                                   {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation network 2001:db8::/32"},
                                   {"2001:db9::", ""},
                                   {"2620:4f:8000::1", ""},
                                   {"3ffe:ffff::", ""},
                                   {"3fff::", "documentation network 3fff::/20"},
                                   {"3fff:fff:ffff::", "documentation network 3fff::/20"},
                                   {"3fff:1000::", ""},
                                   {"4000::", "reserved network ::/0"},
                                   {"5f00::1", "segment routing network 5f00::/16"},
                                   {"fbff:ffff::", "reserved network ::/0"},
                                   {"fc00::", "private network fc00::/7"},
                                   {"fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private network fc00::/7"},
                                   {"fe00::", "reserved network ::/0"},
                                   {"fe80::", "link-local network fe80::/10"},
                                   {"fe80::1%1", "link-local network fe80::/10"},
                                   {"febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local network fe80::/10"},
                                   {"fec0::1", "site-local network fec0::/10"},
                                   {"ff00::", "multicast network ff00::/8"},
                                   {"ff0e::1", "multicast network ff00::/8"},
                                   {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast network ff00::/8"},
                               });
}

TEST(DestinationRules, JudgeIpv6FormsByTheIpv4AddressInside) {
  expectAll(rulesAllowing({}),
            {
                // mapped
                {"::ffff:127.0.0.1", "loopback network 127.0.0.0/8"},
                {"::ffff:0.0.0.0", "unspecified network 0.0.0.0/32"},
                {"::ffff:169.254.169.254", "link-local network 169.254.0.0/16"},
                {"::ffff:8.8.8.8", ""},
                // compatible and translated: no longer in use, denied altogether
                {"::127.0.0.1", "loopback network 127.0.0.0/8 inside IPv4-compatible"},
                {"::10.0.0.1", "private network 10.0.0.0/8 inside IPv4-compatible"},
                {"::8.8.8.8", "IPv4-compatible network ::/96"},
                {"::ffff:0:127.0.0.1", "loopback network 127.0.0.0/8 inside IPv4-translated"},
                {"::ffff:0:8.8.8.8", "IPv4-translated network ::ffff:0:0:0/96"},
                // NAT64
                {"64:ff9b::127.0.0.1", "loopback network 127.0.0.0/8 inside NAT64"},
                {"64:ff9b::192.168.1.1", "private network 192.168.0.0/16 inside NAT64"},
                {"64:ff9b::0.0.0.0", "unspecified network 0.0.0.0/32 inside NAT64"},
                {"64:ff9b::255.255.255.255", "broadcast network 255.255.255.255/32 inside NAT64"},
                {"64:ff9b::8.8.8.8", ""},
                {"64:ff9b:1::8.8.8.8", "local NAT64 network 64:ff9b:1::/48"},
                // 6to4
                {"2002:7f00:1::", "loopback network 127.0.0.0/8 inside 6to4"},
                {"2002:7fff:ffff:ffff:ffff:ffff:ffff:ffff", "loopback network 127.0.0.0/8 inside 6to4"},
                {"2002:a01:203::1", "private network 10.0.0.0/8 inside 6to4"},
                {"2002:a9fe:a9fe::", "link-local network 169.254.0.0/16 inside 6to4"},
                {"2002:808:808::1", ""},
                // Teredo: the client's address is turned over bit by bit, the server's is not
                {"2001:0:808:808:0:ffff:80ff:fffe", "loopback network 127.0.0.0/8 inside Teredo"},
                {"2001:0:808:808:0:ffff:f5ff:fffe", "private network 10.0.0.0/8 inside Teredo"},
                {"2001:0:a00:1:0:ffff:f7f7:f7f7", "private network 10.0.0.0/8 inside Teredo"},
                {"2001:0:808:808:0:ffff:f7f7:f7f7", ""},
                {"2001:0:808:808:0:ffff:7f00:1", ""},  // 128.255.255.254
                                                       // ISATAP, with both values of the bit that says "unique"
                {"2a00::5efe:127.0.0.1", "loopback network 127.0.0.0/8 inside ISATAP"},
                {"2a00::200:5efe:10.0.0.1", "private network 10.0.0.0/8 inside ISATAP"},
                {"2a00:1:2:3:200:5efe:8.8.8.8", ""},
                {"2a00::100:5efe:10.0.0.1", ""},
                {"2a00::5eff:10.0.0.1", ""},
                {"2002:808:808::200:5efe:10.0.0.1", "private network 10.0.0.0/8 inside ISATAP"},
                {"fe80::5efe:8.8.8.8", "link-local network fe80::/10"},
            });
}

TEST(DestinationRules, AllowedNetworksGoBeforeTheDefaultsAndAreNamed) {
  const DestinationRules rules = rulesAllowing({"127.0.0.0/8", "fd00::/8"});
  const Verdict verdict = rules.judgeAddress(IpAddress::parse("127.1.2.3").value());
  EXPECT_TRUE(verdict.allowed());
  EXPECT_EQ(verdict.rule, "allow_destinations 127.0.0.0/8");
  EXPECT_EQ(verdict.line, 7u);
  EXPECT_TRUE(rules.judgeAddress(IpAddress::parse("fd00::1").value()).allowed());
  EXPECT_FALSE(rules.judgeAddress(IpAddress::parse("10.0.0.1").value()).allowed());
  EXPECT_FALSE(rules.judgeAddress(IpAddress::parse("fc00::1").value()).allowed());
  EXPECT_FALSE(rules.judgeAddress(IpAddress::parse("::1").value()).allowed());
}

TEST(DestinationRules, AnAllowedIpv4NetworkIsAllowedMappedAndInNoOtherForm) {
  const DestinationRules rules = rulesAllowing({"127.0.0.0/8"});
  EXPECT_TRUE(rules.judgeAddress(IpAddress::parse("::ffff:127.0.0.1").value()).allowed());
  for (const char* form : {"::127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::", "2a00::5efe:127.0.0.1",
                           "2001:0:808:808:0:ffff:80ff:fffe"}) {
    EXPECT_FALSE(rules.judgeAddress(IpAddress::parse(form).value()).allowed()) << form;
  }
}

TEST(DestinationRules, AnotherFormIsAllowedByItsOwnNetwork) {
  const DestinationRules rules = rulesAllowing({"64:ff9b::/96", "2002:7f00::/24", "::ffff:10.0.0.0/104"});
  EXPECT_TRUE(rules.judgeAddress(IpAddress::parse("64:ff9b::10.0.0.1").value()).allowed());
  EXPECT_TRUE(rules.judgeAddress(IpAddress::parse("2002:7f00:1::").value()).allowed());
  EXPECT_FALSE(rules.judgeAddress(IpAddress::parse("2002:a00:1::").value()).allowed());
  EXPECT_TRUE(rules.judgeAddress(IpAddress::parse("10.0.0.1").value()).allowed());
}

TEST(DestinationRules, ConnectGoesToItsPortsOnlyAndOtherRequestsToAny) {
  config::Proxy proxy;
  proxy.connect_ports = {{443, 443}, {8000, 8100}};
  const DestinationRules rules(proxy);
  for (const std::uint16_t port : Ports{443, 8000, 8050, 8100})
    EXPECT_TRUE(rules.judgePort(port, true).allowed()) << port;
  for (const std::uint16_t port : Ports{1, 442, 444, 7999, 8101, 65535}) {
    EXPECT_EQ(rules.judgePort(port, true).reason, Reason::http_request_denied) << port;
    EXPECT_EQ(rules.judgePort(port, true).rule, "connect_ports") << port;
    EXPECT_TRUE(rules.judgePort(port, false).allowed()) << port;
  }
}

TEST(DestinationRules, DeniedPortsGoBeforeEverythingElse) {
  config::Proxy proxy;
  proxy.connect_ports = {{1, 65535}};
  proxy.deny_ports = {{25, 25}, {6000, 6063}};
  const DestinationRules rules(proxy);
  for (const bool connect : {true, false}) {
    for (const std::uint16_t port : Ports{25, 6000, 6063}) {
      EXPECT_EQ(rules.judgePort(port, connect).rule, "deny_ports") << port;
      EXPECT_FALSE(rules.judgePort(port, connect).allowed()) << port;
    }
    for (const std::uint16_t port : Ports{24, 26, 5999, 6064, 65535})
      EXPECT_TRUE(rules.judgePort(port, connect).allowed());
  }
}

TEST(DestinationRules, NobodyGoesToPortZero) {
  config::Proxy proxy;
  proxy.connect_ports = {{0, 65535}};
  const DestinationRules rules(proxy);
  EXPECT_EQ(rules.judgePort(0, true).rule, "port 0");
  EXPECT_EQ(rules.judgePort(0, false).reason, Reason::http_request_denied);
}

}  // namespace
}  // namespace megaphone::access
