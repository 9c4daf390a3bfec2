// The rules for lists of networks and ports. One value may stand without brackets.
#include "lists.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/config/units.h"

namespace megaphone::config {
namespace {

using Type = KeyInfo::Type;

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

bool refuse(const Site& site, const Node& element, std::string_view what, std::string help) {
  site.report.add(element.span, std::string(site.key) + ": " + quote(element.text) + " " + std::string(what),
                  std::move(help));
  return false;
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
