// The listening sockets: made, bound and checked on the main thread before anything is served, so that a taken port is
// an error of the start and of nothing else.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::app {

// In the context of errors, before "TCP 127.0.0.1:3128": an address cannot be had.
inline constexpr std::string_view kListenOn = "listen on";

// Returns whether another socket of this very process may have the address already, or one that covers it.
enum class Beside : std::uint8_t { nobody, own };

// One descriptor per event loop, all bound to the same address.
struct BoundGroup {
  Endpoint address;  // with the port that was chosen, where 0 was asked for
  std::vector<UniqueFd> fds;
};

// All descriptors share their port by SO_REUSEPORT, so that an address can change from "[::]" to "[::1]" while the
// daemon runs. That would let a second daemon of the same user in as well: a probe without it comes first, unless it
// would find our own sockets. IPv6 sockets are IPv6 only.
// `receiveBuffer`: see askForReceiveBuffer.
Result<BoundGroup> bindGroup(Transport transport, const Endpoint& address, unsigned count,
                             std::uint64_t receiveBuffer = 0, Beside beside = Beside::nobody);

// SO_RCVBUF; the kernel may give less. 0: as it is.
void askForReceiveBuffer(int fd, std::uint64_t bytes);

}  // namespace megaphone::app
