#include "megaphone/access/network_set.h"

#include <gtest/gtest.h>

#include <random>

namespace megaphone::access {
namespace {

IpAddress address(const std::string& text) { return IpAddress::parse(text).value(); }

NetworkSet setOf(const std::vector<const char*>& networks) {
  std::vector<NetworkSet::Entry> entries;
  for (const char* text : networks) {
    entries.push_back({IpNetwork::parse(text).value(), text, static_cast<std::uint32_t>(entries.size() + 1)});
  }
  return NetworkSet(std::move(entries));
}

std::string found(const NetworkSet& set, const std::string& text) {
  const NetworkSet::Entry* entry = set.find(address(text));
  return entry ? entry->label : "";
}

TEST(NetworkSet, EmptyFindsNothing) {
  const NetworkSet set;
  EXPECT_TRUE(set.empty());
  EXPECT_EQ(set.find(address("10.0.0.1")), nullptr);
  EXPECT_EQ(set.find(address("::1")), nullptr);
}

TEST(NetworkSet, HoldsItsFirstAndLastAddressAndNoNeighbour) {
  const NetworkSet set = setOf({"10.16.0.0/12", "2001:db8:8000::/33"});
  EXPECT_EQ(found(set, "10.15.255.255"), "");
  EXPECT_EQ(found(set, "10.16.0.0"), "10.16.0.0/12");
  EXPECT_EQ(found(set, "10.31.255.255"), "10.16.0.0/12");
  EXPECT_EQ(found(set, "10.32.0.0"), "");
  EXPECT_EQ(found(set, "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"), "");
  EXPECT_EQ(found(set, "2001:db8:8000::"), "2001:db8:8000::/33");
  EXPECT_EQ(found(set, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), "2001:db8:8000::/33");
  EXPECT_EQ(found(set, "2001:db9::"), "");
}

TEST(NetworkSet, TheMostSpecificNetworkWinsInAnyOrder) {
  for (const auto& networks : {std::vector<const char*>{"10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24"},
                               std::vector<const char*>{"10.1.2.0/24", "10.0.0.0/8", "10.1.0.0/16"}}) {
    const NetworkSet set = setOf(networks);
    EXPECT_EQ(found(set, "10.0.255.255"), "10.0.0.0/8");
    EXPECT_EQ(found(set, "10.1.1.255"), "10.1.0.0/16");
    EXPECT_EQ(found(set, "10.1.2.0"), "10.1.2.0/24");
    EXPECT_EQ(found(set, "10.1.2.255"), "10.1.2.0/24");
    EXPECT_EQ(found(set, "10.1.3.0"), "10.1.0.0/16");
    EXPECT_EQ(found(set, "10.2.0.0"), "10.0.0.0/8");
  }
}

TEST(NetworkSet, NetworksThatEndTogetherEndTogether) {
  const NetworkSet set = setOf({"10.0.0.0/8", "10.255.0.0/16", "10.255.255.255/32", "11.0.0.0/32"});
  EXPECT_EQ(found(set, "10.255.255.254"), "10.255.0.0/16");
  EXPECT_EQ(found(set, "10.255.255.255"), "10.255.255.255/32");
  EXPECT_EQ(found(set, "11.0.0.0"), "11.0.0.0/32");
  EXPECT_EQ(found(set, "11.0.0.1"), "");
}

TEST(NetworkSet, TheLastAddressOfAFamilyIsNoSpecialCase) {
  const NetworkSet set = setOf({"240.0.0.0/4", "255.255.255.255/32", "ff00::/8", "::/128"});
  EXPECT_EQ(found(set, "255.255.255.254"), "240.0.0.0/4");
  EXPECT_EQ(found(set, "255.255.255.255"), "255.255.255.255/32");
  EXPECT_EQ(found(set, "::"), "::/128");
  EXPECT_EQ(found(set, "::1"), "");
  EXPECT_EQ(found(set, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "ff00::/8");
}

TEST(NetworkSet, AWholeFamilyIsOneFamily) {
  EXPECT_EQ(found(setOf({"0.0.0.0/0"}), "255.255.255.255"), "0.0.0.0/0");
  EXPECT_EQ(found(setOf({"0.0.0.0/0"}), "::"), "");
  EXPECT_EQ(found(setOf({"::/0"}), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "::/0");
  EXPECT_EQ(found(setOf({"::/0"}), "0.0.0.0"), "");
}

TEST(NetworkSet, OfEqualNetworksTheFirstIsFound) {
  const NetworkSet set = setOf({"10.0.0.0/8", "10.0.0.0/8", "10.0.0.0/8"});
  EXPECT_EQ(set.find(address("10.3.2.1"))->line, 1u);
  EXPECT_EQ(set.find(address("11.0.0.0")), nullptr);
}

TEST(NetworkSet, IgnoresBitsBehindThePrefix) {
  const NetworkSet set({{IpNetwork{address("10.1.2.3"), 9}, "x", 0}});
  EXPECT_EQ(found(set, "10.0.0.0"), "x");
  EXPECT_EQ(found(set, "10.127.255.255"), "x");
  EXPECT_EQ(found(set, "10.128.0.0"), "");
}

// --- against a linear search ---

// Few distinct bit patterns, so that networks nest, touch and repeat often.
IpAddress randomAddress(std::mt19937& random, bool v4) {
  constexpr std::array<std::uint8_t, 6> kBytes{0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff};
  std::array<std::uint8_t, 16> bytes{};
  for (auto& byte : bytes) byte = kBytes[random() % kBytes.size()];
  if (v4) return IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
  return IpAddress::v6(bytes);
}

IpNetwork randomNetwork(std::mt19937& random) {
  const bool v4 = random() % 2 == 0;
  const unsigned prefix = static_cast<unsigned>(random() % (v4 ? 33 : 129));
  auto bytes = randomAddress(random, v4).raw();
  for (unsigned bit = prefix; bit < 128; ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] & ~(0x80u >> (bit % 8)));
  }
  const IpAddress base = v4 ? IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]}) : IpAddress::v6(bytes);
  return {base, prefix};
}

const NetworkSet::Entry* linear(const std::vector<NetworkSet::Entry>& entries, const IpAddress& wanted) {
  const NetworkSet::Entry* best = nullptr;
  for (const auto& entry : entries) {
    if (entry.network.contains(wanted) && (!best || entry.network.prefix > best->network.prefix)) best = &entry;
  }
  return best;
}

TEST(NetworkSet, AgreesWithALinearSearchOnRandomSets) {
  std::mt19937 random(20240517);
  int hits = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<NetworkSet::Entry> entries;
    for (unsigned i = 0, n = static_cast<unsigned>(random() % 60); i < n; ++i) {
      entries.push_back({randomNetwork(random), "", i});
    }
    const NetworkSet set(entries);
    for (int i = 0; i < 300; ++i) {
      const IpAddress wanted = randomAddress(random, i % 2 == 0);
      const auto* expected = linear(entries, wanted);
      const auto* actual = set.find(wanted);
      ASSERT_EQ(actual != nullptr, expected != nullptr) << "round " << round << ": " << wanted.text();
      if (!expected) continue;
      ++hits;
      ASSERT_EQ(actual->line, expected->line) << "round " << round << ": " << wanted.text();
    }
  }
  EXPECT_GT(hits, 10'000);  // or the addresses were badly chosen
}

}  // namespace
}  // namespace megaphone::access
