// The rules for lists: addresses, networks, ports. One value may stand without brackets.
#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/config/units.h"
#include "rules.h"

namespace megaphone::config {
namespace {

using Type = KeyInfo::Type;

// Reads every element, so that every problem is told; a list with one is no list.
template <class T, class ReadOne>
std::optional<std::vector<T>> readList(const Site& site, ReadOne readOne) {
  std::vector<T> out;
  bool good = true;
  for (const Node& element : site.value.list()) good = readOne(element, out) && good;
  if (!good) return std::nullopt;
  return out;
}

template <class T, class WriteOne>
std::string writeList(const std::vector<T>& values, WriteOne writeOne) {
  std::string out = "[";
  for (const T& value : values) {
    if (out.size() > 1) out += ", ";
    out += writeOne(value);
  }
  return out += "]";
}

bool refuse(const Site& site, const Node& element, std::string_view what, std::string help) {
  site.report.add(element.span, std::string(site.key) + ": " + quote(element.text) + " " + std::string(what),
                  std::move(help));
  return false;
}

std::optional<Endpoint> parseAddress(const AddressRule& rule, std::string_view text) {
  if (const auto endpoint = Endpoint::parse(text)) return endpoint;
  if (rule.standard_port == 0) return std::nullopt;
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto address = IpAddress::parse(text);
  if (!address) return std::nullopt;
  return Endpoint{*address, rule.standard_port};
}

std::string addressForm(const AddressRule& rule) {
  if (rule.standard_port == 0) return R"(an address and a port, such as "127.0.0.1:7007" or "[::1]:7007"; no names)";
  return R"(an address or an address and a port: "9.9.9.9", "9.9.9.9:53" or "[::1]:53")";
}

// For the usual mistakes their correction, else the form.
std::string adviseAddress(const AddressRule& rule, std::string_view text) {
  if (rule.standard_port != 0) return addressForm(rule);
  if (const auto address = IpAddress::parse(text)) return "add a port: " + quote(Endpoint{*address, 3128}.text());
  const std::size_t colon = text.rfind(':');
  const std::string_view host = text.substr(0, colon == std::string_view::npos ? text.size() : colon);
  if (host == "localhost") return R"(write the address: "127.0.0.1:…" or "[::1]:…")";
  if (host.empty() || host == "*")
    return R"(for every address of this machine write "0.0.0.0:…", or "[::]:…" for IPv6)";
  if (colon != std::string_view::npos && IpAddress::parse(host)) return "a port is a number from 0 to 65535";
  return addressForm(rule);
}

bool usable(const AddressRule& rule, const Site& site, const Node& element, const Endpoint& endpoint) {
  const IpAddress& address = endpoint.address;
  const IpAddress unmapped = address.unmapped();
  if (unmapped.family() != address.family()) {
    return refuse(site, element, "is an IPv4 address inside IPv6",
                  "write " + quote(Endpoint{unmapped, endpoint.port}.text()));
  }
  if (address.isMulticast()) return refuse(site, element, "is a multicast address", "write an address of one machine");
  if (rule.local) {
    if (address.isLinkLocal() && !address.isV4() && address.scope() == 0) {
      return refuse(site, element, "is link-local and needs its interface",
                    "for example \"[" + address.text() + "%eth0]:" + std::to_string(endpoint.port) + "\"");
    }
    return true;
  }
  if (endpoint.port == 0 || address.isUnspecified()) return refuse(site, element, "cannot be asked", addressForm(rule));
  return true;
}

bool readPort(const Site& site, const Node& element, std::vector<PortRange>& out) {
  constexpr std::uint16_t kLast = 65535;
  constexpr std::string_view kHelp = R"(a port from 1 to 65535 such as 443, a range such as "8000-8999", or "any")";
  if (element.kind == Node::Kind::integer) {
    if (element.integer >= 1 && element.integer <= kLast) {
      const auto port = static_cast<std::uint16_t>(element.integer);
      out.push_back({port, port});
      return true;
    }
    site.report.add(element.span, std::string(site.key) + ": " + std::to_string(element.integer) + " is no port",
                    std::string(kHelp));
    return false;
  }
  if (element.kind != Node::Kind::text) {
    wrongKind(site, element, Type::ports, std::string(kHelp));
    return false;
  }
  const std::string_view text = element.text;
  if (text == "any") {
    out.push_back({1, kLast});
    return true;
  }
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const auto port = ascii::parseDecimal(text, kLast);
    return refuse(site, element, "is no range of ports",
                  port ? "write a single port without quotes: " + std::to_string(*port) : std::string(kHelp));
  }
  const auto first = ascii::parseDecimal(text.substr(0, dash), kLast);
  const auto last = ascii::parseDecimal(text.substr(dash + 1), kLast);
  if (!first || !last || *first == 0) return refuse(site, element, "is no range of ports", std::string(kHelp));
  if (*first > *last) {
    return refuse(site, element, "ends before it begins",
                  "write " + quote(std::to_string(*last) + "-" + std::to_string(*first)));
  }
  out.push_back({static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)});
  return true;
}

// The word whose networks stand at this place of the list, if any.
const NetworkWord* wordAt(std::span<const NetworkEntry> entries) {
  for (const NetworkWord& word : networkWords()) {
    if (word.networks.size() > entries.size()) continue;
    const bool same =
        std::equal(word.networks.begin(), word.networks.end(), entries.begin(),
                   [](const IpNetwork& network, const NetworkEntry& entry) { return network == entry.network; });
    if (same) return &word;
  }
  return nullptr;
}

}  // namespace

std::optional<std::vector<Endpoint>> read(const AddressRule& rule, const Site& site) {
  auto out = readList<Endpoint>(site, [&](const Node& element, std::vector<Endpoint>& list) {
    if (element.kind != Node::Kind::text) {
      wrongKind(site, element, Type::addresses, addressForm(rule));
      return false;
    }
    const auto endpoint = parseAddress(rule, element.text);
    if (!endpoint) {
      const std::string_view what = rule.standard_port == 0 ? "is no address with a port" : "is no address";
      return refuse(site, element, what, adviseAddress(rule, element.text));
    }
    list.push_back(*endpoint);
    return usable(rule, site, element, *endpoint);
  });
  if (out && out->empty() && rule.local) {
    site.report.add(site.value.span, std::string(site.key) + " has no address", addressForm(rule));
    return std::nullopt;
  }
  return out;
}
std::string write(const AddressRule&, const std::vector<Endpoint>& value) {
  return writeList(value, [](const Endpoint& endpoint) { return quote(endpoint.text()); });
}
void explain(const AddressRule& rule, KeyInfo& out) {
  const std::string bracketed = R"(\[[0-9A-Fa-f:.]+(%[^\]]+)?\])";
  out.type = Type::addresses;
  out.list = true;
  out.may_be_empty = !rule.local;
  out.pattern = rule.standard_port == 0 ? "^([0-9.]+|" + bracketed + "):[0-9]{1,5}$"
                                        : "^([0-9A-Fa-f:.]+(%.+)?|([0-9.]+|" + bracketed + ")(:[0-9]{1,5})?)$";
}

std::optional<std::vector<NetworkEntry>> read(const NetworkRule&, const Site& site) {
  return readList<NetworkEntry>(site, [&](const Node& element, std::vector<NetworkEntry>& list) {
    if (element.kind != Node::Kind::text) {
      wrongKind(site, element, Type::networks, readNetworks("").advice);
      return false;
    }
    const auto reading = readNetworks(element.text);
    if (!reading.value) return refuse(site, element, "is no network", reading.advice);
    for (const IpNetwork& network : *reading.value) list.push_back({network, element.span.begin});
    return true;
  });
}
std::string write(const NetworkRule&, const std::vector<NetworkEntry>& value) {
  std::vector<std::string> texts;
  for (std::span<const NetworkEntry> rest = value; !rest.empty();) {
    const NetworkWord* word = wordAt(rest);
    texts.push_back(word ? std::string(word->word) : rest.front().network.text());
    rest = rest.subspan(word ? word->networks.size() : 1);
  }
  return writeList(texts, quote);
}
void explain(const NetworkRule&, KeyInfo& out) {
  out.type = Type::networks;
  out.list = true;
  out.pattern = "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$";
  for (const NetworkWord& word : networkWords()) out.words.push_back(word.word);
}

std::optional<std::vector<PortRange>> read(const PortRule&, const Site& site) {
  return readList<PortRange>(
      site, [&](const Node& element, std::vector<PortRange>& list) { return readPort(site, element, list); });
}
std::string write(const PortRule&, const std::vector<PortRange>& value) {
  return writeList(value, [](const PortRange& range) {
    if (range.first == range.last) return std::to_string(range.first);
    if (range.first == 1 && range.last == 65535) return quote("any");
    return quote(std::to_string(range.first) + "-" + std::to_string(range.last));
  });
}
void explain(const PortRule&, KeyInfo& out) {
  out.type = Type::ports;
  out.list = true;
  out.pattern = "^[0-9]{1,5}-[0-9]{1,5}$";
  out.words = {"any"};
}

}  // namespace megaphone::config
