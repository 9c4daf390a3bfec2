// The rules for lists of networks, hosts and ports. One value may stand without brackets.
#include "lists.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/config/hosts.h"

namespace megaphone::config {
namespace {

using Type = KeyInfo::Type;

bool readPort(const Site& site, const Node& element, std::vector<PortRange>& out) {
  constexpr std::uint16_t kLast = 65535;
  constexpr std::string_view kHelp = R"(a port from 1 to 65535 such as 443, a range such as "8000-8999", or "any")";
  if (element.kind == Node::Kind::integer) {
    if (element.integer >= 1 && element.integer <= kLast) {
      const auto port = static_cast<std::uint16_t>(element.integer);
      out.push_back({port, port, element.span.begin});
      return true;
    }
    site.report.add(element.span,
                    std::string(site.key) + ": " + std::to_string(element.integer) + " is not a port number",
                    std::string(kHelp));
    return false;
  }
  if (element.kind != Node::Kind::text) {
    wrongKind(site, element, Type::ports, std::string(kHelp));
    return false;
  }
  const std::string_view text = element.text;
  if (text == "any") {
    out.push_back({1, kLast, element.span.begin});
    return true;
  }
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const auto port = ascii::parseDecimal(text, kLast);
    return refuse(site, element, "is not a range of ports",
                  port ? "write a single port without quotes: " + std::to_string(*port) : std::string(kHelp));
  }
  const auto first = ascii::parseDecimal(text.substr(0, dash), kLast);
  const auto last = ascii::parseDecimal(text.substr(dash + 1), kLast);
  if (!first || !last || *first == 0) return refuse(site, element, "is not a range of ports", std::string(kHelp));
  if (*first > *last) {
    return refuse(site, element, "ends before it begins",
                  "write " + quote(std::to_string(*last) + "-" + std::to_string(*first)));
  }
  out.push_back({static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last), element.span.begin});
  return true;
}

bool isIn(const NetworkEntry& entry, const IpNetwork& network) {
  return !entry.this_machine && entry.network == network;
}
bool isIn(const HostPattern& entry, const HostPattern& host) { return entry == host; }
std::string textOf(const NetworkEntry& entry) {
  return entry.this_machine ? std::string(kThisMachine) : entry.network.text();
}
std::string textOf(const HostPattern& entry) { return entry.text(); }

// The words whose members (`members` of each) stand together in the list take their place.
template <class Entry, class Word, class Member>
std::string writeWithWords(std::span<const Entry> rest, const std::vector<Word>& words,
                           std::vector<Member> Word::*members) {
  std::vector<std::string> texts;
  while (!rest.empty()) {
    const auto word = std::find_if(words.begin(), words.end(), [&](const Word& each) {
      const auto& all = each.*members;
      return all.size() <= rest.size() && std::equal(all.begin(), all.end(), rest.begin(),
                                                     [](const Member& a, const Entry& b) { return isIn(b, a); });
    });
    texts.push_back(word == words.end() ? textOf(rest.front()) : std::string(word->word));
    rest = rest.subspan(word == words.end() ? 1 : (*word.*members).size());
  }
  return writeList(texts, quote);
}

}  // namespace

bool refuse(const Site& site, const Node& element, std::string_view what, std::string help) {
  site.report.add(element.span, std::string(site.key) + ": " + quote(element.text) + " " + std::string(what),
                  std::move(help));
  return false;
}

std::optional<std::vector<NetworkEntry>> read(const NetworkRule& rule, const Site& site) {
  return readList<NetworkEntry>(site, [&](const Node& element, std::vector<NetworkEntry>& list) {
    if (element.kind != Node::Kind::text) {
      wrongKind(site, element, Type::networks, readNetworks("").advice);
      return false;
    }
    if (rule.this_machine && element.text == kThisMachine) {
      list.push_back({{}, element.span.begin, true});
      return true;
    }
    const auto reading = readNetworks(element.text);
    if (!reading.value) return refuse(site, element, "is not a network", reading.advice);
    for (const IpNetwork& network : *reading.value) list.push_back({network, element.span.begin, false});
    return true;
  });
}
std::string write(const NetworkRule&, const std::vector<NetworkEntry>& value) {
  return writeWithWords(std::span<const NetworkEntry>(value), networkWords(), &NetworkWord::networks);
}
void explain(const NetworkRule& rule, KeyInfo& out) {
  out.type = Type::networks;
  out.list = true;
  out.pattern = "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$";
  for (const NetworkWord& word : networkWords()) out.words.push_back(word.word);
  if (rule.this_machine) out.words.push_back(kThisMachine);
}

std::optional<std::vector<HostPattern>> read(const HostRule&, const Site& site) {
  return readList<HostPattern>(site, [&](const Node& element, std::vector<HostPattern>& list) {
    auto reading = readHosts(element.kind == Node::Kind::text ? element.text : std::string_view());
    if (element.kind != Node::Kind::text) {
      wrongKind(site, element, Type::hosts, std::move(reading.advice));
      return false;
    }
    if (!reading.value) return refuse(site, element, "is not a host", std::move(reading.advice));
    list.insert(list.end(), reading.value->begin(), reading.value->end());
    return true;
  });
}
std::string write(const HostRule&, const std::vector<HostPattern>& value) {
  return writeWithWords(std::span<const HostPattern>(value), hostWords(), &HostWord::hosts);
}
void explain(const HostRule&, KeyInfo& out) {
  out.type = Type::hosts;
  out.list = true;
  out.pattern = R"(^((\*?\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$)";
  for (const HostWord& word : hostWords()) out.words.push_back(word.word);
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
