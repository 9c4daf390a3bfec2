#include "special_networks.h"

#include <algorithm>

namespace megaphone::access {
namespace {

struct Row {
  const char* kind;  // "" marks a public network inside a special one
  const char* network;
};

constexpr Row kIpv4[] = {
    {"this", "0.0.0.0/8"},
    {"unspecified", "0.0.0.0/32"},
    {"private", "10.0.0.0/8"},
    {"carrier-grade NAT", "100.64.0.0/10"},
    {"loopback", "127.0.0.0/8"},
    {"link-local", "169.254.0.0/16"},
    {"private", "172.16.0.0/12"},
    // With its anycast services (192.0.0.9, 192.0.0.10), which the nearest network answers: that may be our own.
    {"protocol assignments", "192.0.0.0/24"},
    {"documentation", "192.0.2.0/24"},
    {"reserved", "192.88.99.0/24"},
    {"private", "192.168.0.0/16"},
    {"benchmarking", "198.18.0.0/15"},
    {"documentation", "198.51.100.0/24"},
    {"documentation", "203.0.113.0/24"},
    {"multicast", "224.0.0.0/4"},
    {"reserved", "240.0.0.0/4"},
    {"broadcast", "255.255.255.255/32"},
};

// Only 2000::/3 is global unicast; all else without a row of its own is reserved.
constexpr Row kIpv6[] = {
    {"reserved", "::/0"},
    {"", "2000::/3"},
    {"unspecified", "::/128"},
    {"loopback", "::1/128"},
    {"IPv4-compatible", "::/96"},
    {"IPv4-translated", "::ffff:0:0:0/96"},
    {"", "64:ff9b::/96"},
    {"local NAT64", "64:ff9b:1::/48"},
    {"discard-only", "100::/64"},
    {"dummy", "100:0:0:1::/64"},
    {"protocol assignments", "2001::/23"},
    {"", "2001::/32"},        // Teredo: judged by the addresses inside
    {"", "2001:3::/32"},      // AMT
    {"", "2001:4:112::/48"},  // AS112
    {"", "2001:20::/28"},     // ORCHIDv2
    {"", "2001:30::/28"},     // drone remote identification
    {"benchmarking", "2001:2::/48"},
    {"documentation", "2001:db8::/32"},
    {"documentation", "3fff::/20"},
    {"segment routing", "5f00::/16"},
    {"private", "fc00::/7"},
    {"link-local", "fe80::/10"},
    {"site-local", "fec0::/10"},
    {"multicast", "ff00::/8"},
};

// A form that is a prefix followed by an IPv4 address: every special IPv4 network has a network in it.
struct Carrier {
  const char* name;
  const char* prefix;
};
constexpr Carrier kCarriers[] = {
    {"IPv4-compatible", "::/96"},
    {"IPv4-translated", "::ffff:0:0:0/96"},
    {"NAT64", "64:ff9b::/96"},
    {"6to4", "2002::/16"},
};

std::string labelOf(const Row& row) {
  return *row.kind == '\0' ? std::string() : std::string(row.kind) + " network " + row.network;
}

IpNetwork inside(const IpNetwork& carrier, const IpNetwork& v4) {
  std::array<std::uint8_t, 16> bytes = carrier.base.raw();
  std::copy_n(v4.base.raw().begin(), 4, bytes.begin() + carrier.prefix / 8);
  return {IpAddress::v6(bytes), carrier.prefix + v4.prefix};
}

// Returns the special IPv4 networks, labelled as part of an address of another form.
NetworkSet ipv4Inside(const std::string& form) {
  std::vector<NetworkSet::Entry> entries;
  for (const Row& row : kIpv4) entries.push_back({*IpNetwork::parse(row.network), labelOf(row) + " inside " + form});
  return NetworkSet(std::move(entries));
}

NetworkSet everySpecial() {
  std::vector<NetworkSet::Entry> entries;
  for (const Row& row : kIpv4) entries.push_back({*IpNetwork::parse(row.network), labelOf(row)});
  for (const Row& row : kIpv6) entries.push_back({*IpNetwork::parse(row.network), labelOf(row)});
  for (const Carrier& carrier : kCarriers) {
    for (const Row& row : kIpv4) {
      const IpNetwork network = inside(*IpNetwork::parse(carrier.prefix), *IpNetwork::parse(row.network));
      if (network == *IpNetwork::parse("::/128")) continue;  // has a name of its own
      entries.push_back({network, labelOf(row) + " inside " + carrier.name});
    }
  }
  return NetworkSet(std::move(entries));
}

std::vector<IpNetwork> carrierNetworks() {
  std::vector<IpNetwork> out;
  for (const Carrier& carrier : kCarriers) out.push_back(*IpNetwork::parse(carrier.prefix));
  return out;
}

struct Tables {
  std::vector<IpNetwork> carriers = carrierNetworks();
  NetworkSet all = everySpecial();
  NetworkSet teredo = ipv4Inside("Teredo");
  NetworkSet isatap = ipv4Inside("ISATAP");
};

const Tables& tables() {
  static const Tables tables;
  return tables;
}

IpAddress ipv4At(const IpAddress& address, std::size_t at, std::uint8_t mask = 0) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(address.raw()[at + i] ^ mask); };
  return IpAddress::v4({byte(0), byte(1), byte(2), byte(3)});
}

// Returns whether the address is of Teredo, with the server's address and the inverted client's in it (RFC 4380 section
// 4).
bool isTeredo(const IpAddress& address) {
  const auto& raw = address.raw();
  return raw[0] == 0x20 && raw[1] == 0x01 && raw[2] == 0 && raw[3] == 0;
}
IpAddress teredoServer(const IpAddress& address) { return ipv4At(address, 4); }
IpAddress teredoClient(const IpAddress& address) { return ipv4At(address, 12, 0xff); }

// Returns whether the interface identifier is [02]00:5efe and an IPv4 address, under any prefix (RFC 5214 section 6.1).
bool isIsatap(const IpAddress& address) {
  const auto& raw = address.raw();
  return (raw[8] & 0xfd) == 0 && raw[9] == 0 && raw[10] == 0x5e && raw[11] == 0xfe;
}

const NetworkSet::Entry* findInTeredo(const IpAddress& address) {
  if (!isTeredo(address)) return nullptr;
  if (const auto* server = tables().teredo.find(teredoServer(address))) return server;
  return tables().teredo.find(teredoClient(address));
}

const NetworkSet::Entry* findInIsatap(const IpAddress& address) {
  return isIsatap(address) ? tables().isatap.find(ipv4At(address, 12)) : nullptr;
}

}  // namespace

const NetworkSet::Entry* findSpecial(const IpAddress& address) {
  const NetworkSet::Entry* entry = tables().all.find(address);
  if (entry && !entry->label.empty()) return entry;
  if (address.isV4()) return nullptr;
  if (const auto* teredo = findInTeredo(address)) return teredo;
  return findInIsatap(address);
}

CarriedAddresses carriedIn(const IpAddress& address) {
  CarriedAddresses out;
  if (address.isV4()) return out;
  for (const IpNetwork& carrier : tables().carriers) {
    if (carrier.contains(address)) out[0] = ipv4At(address, carrier.prefix / 8);
  }
  if (isTeredo(address)) {
    out[0] = teredoServer(address);
    out[1] = teredoClient(address);
  }
  if (isIsatap(address)) out[2] = ipv4At(address, 12);
  return out;
}

}  // namespace megaphone::access
