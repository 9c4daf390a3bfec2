// The ways of `megaphone tcp` and `megaphone udp`: messages, lines from a terminal, or a stream from a pipe.
#pragma once

#include <vector>

#include "console.h"
#include "ending.h"
#include "megaphone/base/endpoint.h"
#include "options.h"

namespace megaphone::client {

// Each runs until the end. REQUIRES: endpoints is what resolve() gave for these options.
Ending runTcp(const Options& options, const std::vector<Endpoint>& endpoints, const Console& console);
Ending runUdp(const Options& options, const std::vector<Endpoint>& endpoints, const Console& console);

}  // namespace megaphone::client
