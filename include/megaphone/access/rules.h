// Rules: who may use a listener, and where a proxy may go. Compiled once from the settings, judged often. Pure.
//
// Immutable after construction; shared between threads by pointer. Judging allocates nothing and is logarithmic in the
// number of configured networks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/access/network_set.h"
#include "megaphone/access/own_addresses.h"
#include "megaphone/base/reason.h"
#include "megaphone/config/settings.h"

namespace megaphone::access {

// The answer to one question. A denial names its reason and the rule that made it; an address that is allowed because
// it was configured names that rule.
struct Verdict {
  Reason reason = Reason::none;  // none: allowed
  std::string_view rule;         // such as "private network 10.0.0.0/8" or "connect_ports"; lives as long as the rules
  std::uint32_t line = 0;        // of the configuration file; 0: a default
  bool allowed() const { return reason == Reason::none; }
};

// The rule and, where it was configured, its line: "connect_ports, line 12".
std::string ruleText(const Verdict& verdict);

// Who may use a listener.
class ClientRules {
 public:
  explicit ClientRules(const std::vector<config::NetworkEntry>& clients);
  Verdict judge(const IpAddress& client) const;

 private:
  NetworkSet clients_;
};

// Where a proxy listener may go.
class DestinationRules {
 public:
  // `own`: the addresses of this machine; null: none are known.
  explicit DestinationRules(const config::Proxy& proxy, OwnAddressesPtr own = nullptr);

  // Before resolution: the port, and whether it is CONNECT.
  Verdict judgePort(std::uint16_t port, bool connect) const;
  // After resolution, for every address that is to be dialled and for every kept connection that is to be used again.
  // Denied unless `allow_destinations` has it: unspecified, loopback, private (RFC 1918, RFC 4193), link-local, CGNAT
  // (RFC 6598), multicast, broadcast, reserved and documentation networks of the IANA special-purpose registries, and
  // the IPv6 forms that carry such an IPv4 address (mapped, compatible, 6to4, NAT64, Teredo, ISATAP); and all of IPv6
  // that is not global unicast (2000::/3); and this machine's own addresses, in these forms too. An allowed IPv4
  // network is allowed mapped, too; the other forms are allowed by an IPv6 network only.
  Verdict judgeAddress(const IpAddress& address) const;

 private:
  bool isOwn(const IpAddress& judged) const;

  NetworkSet allowed_;
  std::optional<std::uint32_t> ownAllowedAt_;  // the line that allows this machine's own addresses
  OwnAddressesPtr own_;
  std::vector<config::PortRange> connectPorts_;
  std::vector<config::PortRange> denyPorts_;
};

using DestinationRulesPtr = std::shared_ptr<const DestinationRules>;

}  // namespace megaphone::access
