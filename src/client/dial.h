// From a host name and a port to a connected, non-blocking socket. Every address that getaddrinfo knows is tried, in
// its order.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "console.h"
#include "diagnosis.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/cli/client_options.h"
#include "waiter.h"

namespace megaphone::client {

// Blocking, by getaddrinfo. At least one endpoint, or the ending.
std::variant<std::vector<Endpoint>, Ending> resolve(const Place& place, cli::ClientOptions::Family family,
                                                    const Notes& notes);

// Tries `endpoints` one after the other; each gets its share of `timeout`, so that a silent one does not use up the
// time of the next. Sets place.address to the endpoint that answered, or to the one whose failure is told.
// REQUIRES: endpoints is not empty.
std::variant<UniqueFd, Ending> connectTcp(const std::vector<Endpoint>& endpoints, Place& place, Duration timeout,
                                          const Waiter& waiter, const Notes& notes);

}  // namespace megaphone::client
