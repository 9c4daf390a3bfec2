// Dialling one address: the socket, what a failure means, and whether the other end is ourselves.
#pragma once

#include <vector>

#include "megaphone/access/own_addresses.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::connect {

// A socket for an attempt to connect there.
Result<UniqueFd> socketFor(const Endpoint& to);
// Begins to connect, without waiting. The error of an attempt that fails at once.
Result<void> dial(int fd, const Endpoint& to);

// What errno means for a connection attempt. The context is the address.
Error dialError(int errnum, const Endpoint& to);

// Returns why the attempt has failed, if it has. One getsockopt(2).
Result<void> outcomeOf(int fd, const Endpoint& to);
// Returns why an established connection may not be used, if that is so: its other end is this daemon, or the socket
// itself. `own`: null: no address is known to be ours. Asks the kernel nothing if the port says enough.
Result<void> mayBeUsed(int fd, const Endpoint& to, const std::vector<std::uint16_t>& ownPorts,
                       const access::OwnAddresses* own = nullptr);

}  // namespace megaphone::connect
