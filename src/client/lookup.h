// resolve: looks up the addresses of a host name.
#pragma once

#include <variant>
#include <vector>

#include "console.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/cli/client_options.h"

namespace megaphone::client {

// Returns all addresses of getaddrinfo, in its order, at least one; or the outcome. Bounded by `timeout`: getaddrinfo
// blocks, so it runs on a thread of its own, which is detached at the timeout or on Ctrl-C.
std::variant<std::vector<Endpoint>, Outcome> resolve(cli::ClientOptions::Family family, Duration timeout,
                                                     const Console& console);

}  // namespace megaphone::client
