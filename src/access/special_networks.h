// Finds the networks that are denied as destinations unless allowed: those that are not globally reachable by the IANA
// special-purpose address registries (RFC 6890), multicast, and IPv6 addresses that carry such an IPv4 address.
#pragma once

#include <array>
#include <optional>

#include "megaphone/access/network_set.h"
#include "megaphone/base/endpoint.h"

namespace megaphone::access {

// Returns the special network that contains the address, or null for a public address. The entry is valid for ever; its
// label is for people, such as "loopback network 127.0.0.0/8". REQUIRES: the address is unmapped.
const NetworkSet::Entry* findSpecial(const IpAddress& address);

// The IPv4 addresses that an IPv6 address carries: translated, NAT64, 6to4, Teredo (server and client), ISATAP.
using CarriedAddresses = std::array<std::optional<IpAddress>, 3>;
CarriedAddresses carriedIn(const IpAddress& address);

}  // namespace megaphone::access
