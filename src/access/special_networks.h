// The networks that are denied as destinations unless allowed: those that are not globally reachable by the IANA
// special-purpose address registries (RFC 6890), multicast, and IPv6 addresses that carry such an IPv4 address.
#pragma once

#include <array>
#include <optional>

#include "megaphone/access/network_set.h"
#include "megaphone/base/endpoint.h"

namespace megaphone::access {

// The special network that holds the address, or null for a public address. REQUIRES: the address is unmapped.
// The entry's label is what a person reads, such as "loopback network 127.0.0.0/8". It lives for ever.
const NetworkSet::Entry* findSpecial(const IpAddress& address);

// The IPv4 addresses that an IPv6 address carries: translated, NAT64, 6to4, Teredo (server and client), ISATAP.
using CarriedAddresses = std::array<std::optional<IpAddress>, 3>;
CarriedAddresses carriedIn(const IpAddress& address);

}  // namespace megaphone::access
