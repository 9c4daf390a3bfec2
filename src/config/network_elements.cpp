// Rules for networks, hosts and ports in lists.
#include "elements.h"
#include "megaphone/base/ascii.h"
#include "megaphone/config/hosts.h"
#include "megaphone/config/units.h"

namespace megaphone::config {
namespace {

constexpr std::uint16_t kLastPort = 65535;

}  // namespace

std::string NetworkElement::form() const { return readNetworks("").advice; }
std::string NetworkElement::pattern() const { return "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"; }

std::vector<ListWord<NetworkEntry>> NetworkElement::words() const {
  std::vector<ListWord<NetworkEntry>> out;
  for (const NetworkWord& word : networkWords()) {
    auto& values = out.emplace_back(ListWord<NetworkEntry>{word.word, {}}).values;
    for (const IpNetwork& network : word.networks) values.push_back({network, {}, false});
  }
  if (this_machine) out.push_back({kThisMachine, {{{}, {}, true}}});
  return out;
}

std::variant<NetworkEntry, Refusal> NetworkElement::parse(std::string_view text) const {
  auto reading = readNetworks(text);
  if (!reading.value) return Refusal{"is not a network", std::move(reading.advice)};
  return NetworkEntry{reading.value->front(), {}, false};
}

std::string NetworkElement::write(const NetworkEntry& value) const { return quote(value.network.text()); }

std::string HostElement::form() const { return readHosts("").advice; }
std::string HostElement::pattern() const {
  return R"(^((\*?\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$)";
}

std::vector<ListWord<HostPattern>> HostElement::words() const {
  std::vector<ListWord<HostPattern>> out;
  for (const HostWord& word : hostWords()) out.push_back({word.word, word.hosts});
  return out;
}

std::variant<HostPattern, Refusal> HostElement::parse(std::string_view text) const {
  auto reading = readHosts(text);
  if (!reading.value) return Refusal{"is not a host", std::move(reading.advice)};
  return reading.value->front();
}

std::string HostElement::write(const HostPattern& value) const { return quote(value.text()); }

std::string PortElement::form() const {
  return R"(a port from 1 to 65535 such as 443, a range such as "8000-8999", or "any")";
}
std::string PortElement::pattern() const { return "^[0-9]{1,5}-[0-9]{1,5}$"; }
std::vector<ListWord<PortRange>> PortElement::words() const { return {{"any", {{1, kLastPort}}}}; }

std::variant<PortRange, Refusal> PortElement::parse(std::int64_t number) const {
  if (number < 1 || number > kLastPort) return Refusal{"is not a port number", form()};
  const auto port = static_cast<std::uint16_t>(number);
  return PortRange{port, port};
}

std::variant<PortRange, Refusal> PortElement::parse(std::string_view text) const {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) {
    const auto port = ascii::parseDecimal(text, kLastPort);
    return Refusal{"is not a range of ports", port ? concat("write a single port without quotes: ", *port) : form()};
  }
  const auto first = ascii::parseDecimal(text.substr(0, dash), kLastPort);
  const auto last = ascii::parseDecimal(text.substr(dash + 1), kLastPort);
  if (!first || !last || *first == 0) return Refusal{"is not a range of ports", form()};
  if (*first > *last) return Refusal{"ends before it begins", concat("write ", quote(concat(*last, "-", *first)))};
  return PortRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
}

std::string PortElement::write(const PortRange& value) const {
  return value.first == value.last ? std::to_string(value.first) : quote(concat(value.first, "-", value.last));
}

}  // namespace megaphone::config
