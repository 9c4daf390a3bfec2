// Rules: which clients may use a listener, and which destinations a proxy may reach. Compiled once from the settings.
// Pure.
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

// The result of one judgement. A denial has its reason and the rule that denied; an address that is allowed by
// configuration has the rule that allowed it.
struct Verdict {
  Reason reason = Reason::none;  // none: allowed
  std::string_view rule;         // such as "private network 10.0.0.0/8" or "connect_ports"; valid as long as the rules
  std::uint32_t line = 0;        // of the configuration file; 0: a default
  bool allowed() const { return reason == Reason::none; }
};

// Returns the rule and, if it was configured, its line: "connect_ports, line 12".
std::string ruleText(const Verdict& verdict);

// Decides which clients may use a listener.
class ClientRules {
 public:
  explicit ClientRules(const std::vector<config::NetworkEntry>& clients);
  Verdict judge(const IpAddress& client) const;

 private:
  NetworkSet clients_;
};

// Decides which destinations a proxy listener may reach.
class DestinationRules {
 public:
  // `own`: the addresses of this machine; null: none are known.
  explicit DestinationRules(const config::Proxy& proxy, OwnAddressesPtr own = nullptr);

  // Judges the port, before resolution. `connect`: the request is CONNECT.
  Verdict judgePort(std::uint16_t port, bool connect) const;
  // Judges an address, after resolution: every address that is to be dialled, and that of every kept connection that is
  // to be used again. Denied unless `allow_destinations` contains it: unspecified, loopback, private (RFC 1918, RFC
  // 4193), link-local, CGNAT (RFC 6598), multicast, broadcast, reserved and documentation networks of the IANA
  // special-purpose registries, and the IPv6 forms that carry such an IPv4 address (mapped, compatible, 6to4, NAT64,
  // Teredo, ISATAP); and all of IPv6 that is not global unicast (2000::/3); and this machine's own addresses, in these
  // forms too. An allowed IPv4 network is allowed mapped, too; the other forms are allowed by an IPv6 network only.
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
