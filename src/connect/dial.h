// Dials one address: makes the socket, translates failures, and detects connections to this daemon.
#pragma once

#include <vector>

#include "megaphone/access/own_addresses.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::connect {

// Returns a socket for an attempt to connect there.
Result<UniqueFd> socketFor(const Endpoint& to);
// Begins to connect, without waiting. Returns the error of an attempt that fails at once.
Result<void> dial(int fd, const Endpoint& to);

// Translates errno of a connection attempt. The error's context is the address.
Error dialError(int errnum, const Endpoint& to);

// Returns why the attempt has failed, if it has. One getsockopt(2).
Result<void> outcomeOf(int fd, const Endpoint& to);
// Returns why an established connection may not be used, if that is so: its other end is this daemon, or the socket
// itself. `own`: null: no address is known to be ours. Asks the kernel nothing if the port says enough.
Result<void> mayBeUsed(int fd, const Endpoint& to, const std::vector<std::uint16_t>& ownPorts,
                       const access::OwnAddresses* own = nullptr);

}  // namespace megaphone::connect
