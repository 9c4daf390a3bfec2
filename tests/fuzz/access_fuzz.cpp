// Whatever networks are configured, the verdict on an address is that of a naive reading: the most specific network
// decides, of equal ones the first; special networks are denied unless a configured one holds the address.
//
// The input is text. A line "n WORD" configures a network or a group of them, "a ADDRESS" asks about an address; other
// lines are skipped. The edges of every configured network are asked about, too.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <vector>

#include "harness.h"
#include "megaphone/access/rules.h"
#include "megaphone/config/units.h"

namespace megaphone::fuzz {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

// An address as sixteen bytes, IPv4 as mapped, so that there is one kind of comparison only.
struct Plain {
  Bytes bytes{};
  bool v4 = false;
};

Plain plainOf(const IpAddress& address) {
  Plain out;
  if (!address.isV4()) {
    out.bytes = address.raw();
    out.v4 =
        std::equal(out.bytes.begin(), out.bytes.begin() + 12, Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255}.begin());
    return out;
  }
  out.v4 = true;
  out.bytes[10] = out.bytes[11] = 255;
  for (std::size_t i = 0; i < 4; ++i) out.bytes[12 + i] = address.raw()[i];
  return out;
}

bool bit(const Bytes& bytes, unsigned i) { return ((bytes[i / 8] >> (7 - i % 8)) & 1) != 0; }

// A network holds addresses of its own family; one of mapped addresses is the IPv4 network that it stands for.
struct PlainNetwork {
  Plain base;
  unsigned prefix = 0;
  std::uint32_t line = 0;

  bool holds(const Plain& address) const {
    if (base.v4 != address.v4) return false;
    for (unsigned i = 0; i < prefix; ++i) {
      if (bit(base.bytes, i) != bit(address.bytes, i)) return false;
    }
    return true;
  }
};

PlainNetwork plainOf(const IpNetwork& network, std::uint32_t line) {
  return {plainOf(network.base), network.prefix + (network.base.isV4() ? 96 : 0), line};
}

const PlainNetwork* mostSpecific(const std::vector<PlainNetwork>& networks, const Plain& address) {
  const PlainNetwork* best = nullptr;
  for (const PlainNetwork& network : networks) {
    if (network.holds(address) && (!best || network.prefix > best->prefix)) best = &network;
  }
  return best;
}

// --- what is special, told once more, by hand (RFC 6890 and the IANA registries; Teredo and ISATAP carry IPv4)

bool within(const Bytes& address, const char* base, unsigned prefix) {
  PlainNetwork network;
  if (inet_pton(AF_INET6, base, network.base.bytes.data()) != 1) fail("the harness has a bad network", base);
  for (unsigned i = 0; i < prefix; ++i) {
    if (bit(network.base.bytes, i) != bit(address, i)) return false;
  }
  return true;
}

bool isSpecial4(unsigned a, unsigned b, unsigned c) {
  if (a == 0 || a == 10 || a == 127 || a >= 224) return true;
  if (a == 100) return b >= 64 && b < 128;
  if (a == 169) return b == 254;
  if (a == 172) return b >= 16 && b < 32;
  if (a == 192) return b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99);
  if (a == 198) return b == 18 || b == 19 || (b == 51 && c == 100);
  return a == 203 && b == 0 && c == 113;
}

bool carriesSpecial4(const Bytes& a, std::size_t at, unsigned mask = 0) {
  return isSpecial4(a[at] ^ mask, a[at + 1] ^ mask, a[at + 2] ^ mask);
}

bool isSpecial6(const Bytes& a) {
  if (within(a, "64:ff9b::", 96)) return carriesSpecial4(a, 12);
  const bool isatap = (a[8] & 0xfd) == 0 && a[9] == 0 && a[10] == 0x5e && a[11] == 0xfe;
  if (!within(a, "2000::", 3)) return true;
  if (within(a, "2001:db8::", 32) || within(a, "3fff::", 20) || within(a, "2001:2::", 48)) return true;
  const bool teredo = within(a, "2001::", 32);
  const bool assigned = teredo || within(a, "2001:3::", 32) || within(a, "2001:4:112::", 48) ||
                        within(a, "2001:20::", 28) || within(a, "2001:30::", 28);
  if (within(a, "2001::", 23) && !assigned) return true;
  if (within(a, "2002::", 16) && carriesSpecial4(a, 2)) return true;
  if (teredo && (carriesSpecial4(a, 4) || carriesSpecial4(a, 12, 0xff))) return true;
  return isatap && carriesSpecial4(a, 12);
}

bool isSpecial(const Plain& address) {
  const Bytes& a = address.bytes;
  return address.v4 ? isSpecial4(a[12], a[13], a[14]) : isSpecial6(a);
}

// --- the comparison

struct Case {
  std::vector<config::NetworkEntry> entries;
  std::vector<PlainNetwork> networks;
  std::vector<IpAddress> addresses;
};

IpAddress addressOf(const IpAddress& like, const Bytes& bytes) {
  if (!like.isV4()) return IpAddress::v6(bytes);
  return IpAddress::v4({bytes[0], bytes[1], bytes[2], bytes[3]});
}

// The first and the last address of a network, and those beside them.
void addEdges(const IpNetwork& network, std::vector<IpAddress>& addresses) {
  const std::size_t size = network.base.isV4() ? 4 : 16;
  Bytes first = network.base.raw();
  Bytes last = first;
  for (unsigned i = network.prefix; i < size * 8; ++i)
    last[i / 8] = static_cast<std::uint8_t>(last[i / 8] | (1u << (7 - i % 8)));
  addresses.push_back(addressOf(network.base, first));
  addresses.push_back(addressOf(network.base, last));
  for (std::size_t i = size; i-- > 0 && first[i]-- == 0;) continue;
  for (std::size_t i = size; i-- > 0 && ++last[i] == 0;) continue;
  addresses.push_back(addressOf(network.base, first));
  addresses.push_back(addressOf(network.base, last));
}

Case read(std::string_view text) {
  Case out;
  for (std::uint32_t line = 1; !text.empty(); ++line) {
    const std::string_view words = takeLine(text);
    if (words.starts_with("a ")) {
      if (const auto address = IpAddress::parse(words.substr(2))) out.addresses.push_back(*address);
    } else if (words.starts_with("n ")) {
      const auto networks = config::readNetworks(words.substr(2));
      if (!networks.value) continue;
      for (const IpNetwork& network : *networks.value) {
        if (IpNetwork::parse(network.text()) != network)
          fail("a network reads back as another: " + network.text(), words);
        out.entries.push_back({network, {line, 1}});
        out.networks.push_back(plainOf(network, line));
        addEdges(network, out.addresses);
      }
    }
  }
  return out;
}

void expectSame(const char* what, const access::Verdict& verdict, bool allowed, const PlainNetwork* rule,
                const IpAddress& address, std::string_view input) {
  if (verdict.allowed() != allowed) fail(std::string(what) + ": wrong verdict on " + address.text(), input);
  if (rule && verdict.line != rule->line) fail(std::string(what) + ": wrong rule for " + address.text(), input);
  if (!rule && verdict.line != 0) fail(std::string(what) + ": a rule for " + address.text(), input);
}

}  // namespace
}  // namespace megaphone::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace megaphone;
  const std::string_view input = fuzz::viewOf(data, size);
  const fuzz::Case all = fuzz::read(input);
  config::Proxy proxy;
  proxy.allow_destinations = all.entries;
  const access::ClientRules clients(all.entries);
  const access::DestinationRules destinations(proxy);
  for (const IpAddress& address : all.addresses) {
    const fuzz::Plain plain = fuzz::plainOf(address);
    const auto* rule = fuzz::mostSpecific(all.networks, plain);
    fuzz::expectSame("client", clients.judge(address), rule != nullptr, rule, address, input);
    fuzz::expectSame("destination", destinations.judgeAddress(address), rule || !fuzz::isSpecial(plain), rule, address,
                     input);
  }
  return 0;
}
