// The ways of `megaphone tcp` and `megaphone udp`: messages, lines from a terminal, or a stream from a pipe.
#pragma once

#include <vector>

#include "console.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/cli/client_options.h"

namespace megaphone::client {

// Returns the server that these options name.
Place placeOf(const cli::ClientOptions& options);

// Run the session to its end. REQUIRES: endpoints come from resolve() for these options.
Outcome runTcp(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console);
Outcome runUdp(const cli::ClientOptions& options, const std::vector<Endpoint>& endpoints, const Console& console);

}  // namespace megaphone::client
