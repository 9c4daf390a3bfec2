#include "megaphone/access/rules.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "special_networks.h"

namespace megaphone::access {
namespace {

// Judged addresses are unmapped, so a network of mapped addresses is the IPv4 network that it stands for.
IpNetwork unmapped(const IpNetwork& network) {
  const IpAddress base = network.base.unmapped();
  if (network.base.isV4() || !base.isV4() || network.prefix < 96) return network;
  return {base, network.prefix - 96};
}

NetworkSet compile(const std::vector<config::NetworkEntry>& networks, const std::string& option) {
  std::vector<NetworkSet::Entry> entries;
  entries.reserve(networks.size());
  for (const config::NetworkEntry& entry : networks) {
    if (entry.this_machine) continue;
    entries.push_back({unmapped(entry.network), option + ' ' + entry.network.text(), entry.position.line});
  }
  return NetworkSet(std::move(entries));
}

Verdict allowedBy(const NetworkSet::Entry& entry) { return {Reason::none, entry.label, entry.line}; }

const config::PortRange* find(const std::vector<config::PortRange>& ranges, std::uint16_t port) {
  const auto found = std::find_if(ranges.begin(), ranges.end(),
                                  [port](const config::PortRange& range) { return range.contains(port); });
  return found == ranges.end() ? nullptr : &*found;
}

}  // namespace

std::string ruleText(const Verdict& verdict) {
  std::string out(verdict.rule);
  if (verdict.line != 0) ascii::appendDecimal(out += ", line ", verdict.line);
  return out;
}

ClientRules::ClientRules(const std::vector<config::NetworkEntry>& clients) : clients_(compile(clients, "clients")) {}

Verdict ClientRules::judge(const IpAddress& client) const {
  if (const auto* entry = clients_.find(client.unmapped())) return allowedBy(*entry);
  return {Reason::http_request_denied, "clients", 0};
}

DestinationRules::DestinationRules(const config::Proxy& proxy, OwnAddressesPtr own)
    : allowed_(compile(proxy.allow_destinations, "allow_destinations")),
      own_(std::move(own)),
      connectPorts_(proxy.connect_ports),
      denyPorts_(proxy.deny_ports) {
  for (const config::NetworkEntry& entry : proxy.allow_destinations) {
    if (entry.this_machine) ownAllowedAt_ = entry.position.line;
  }
  findSpecial(IpAddress());  // builds the tables now, so that judging never does
}

Verdict DestinationRules::judgePort(std::uint16_t port, bool connect) const {
  if (port == 0) return {Reason::http_request_denied, "port 0", 0};
  if (const auto* denied = find(denyPorts_, port)) {
    return {Reason::http_request_denied, "deny_ports", denied->position.line};
  }
  if (!connect || find(connectPorts_, port)) return {};
  return {Reason::http_request_denied, "connect_ports", connectPorts_.empty() ? 0 : connectPorts_[0].position.line};
}

Verdict DestinationRules::judgeAddress(const IpAddress& address) const {
  const IpAddress judged = address.unmapped();
  if (const auto* entry = allowed_.find(judged)) return allowedBy(*entry);
  const bool own = isOwn(judged);
  if (own && ownAllowedAt_ && own_->contains(judged)) {
    return {Reason::none, "allow_destinations this-machine", *ownAllowedAt_};
  }
  if (const auto* special = findSpecial(judged)) return {Reason::destination_ip_prohibited, special->label, 0};
  if (own) return {Reason::destination_ip_prohibited, "address of this machine", 0};
  return {};
}

bool DestinationRules::isOwn(const IpAddress& judged) const {
  if (!own_ || judged.isLoopback()) return false;
  if (own_->contains(judged)) return true;
  const CarriedAddresses inside = carriedIn(judged);
  return std::any_of(inside.begin(), inside.end(), [&](const auto& each) { return each && own_->contains(*each); });
}

}  // namespace megaphone::access
