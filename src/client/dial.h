// dial: from addresses to a connected, non-blocking socket.
#pragma once

#include <variant>
#include <vector>

#include "console.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::client {

// Tries `endpoints` one after the other; each gets its share of `timeout`, so that a silent one does not use up the
// time of the next. Sets the report's place.address to the endpoint that answered, or to the one whose failure is
// returned. REQUIRES: endpoints is not empty.
std::variant<UniqueFd, Outcome> connectTcp(const std::vector<Endpoint>& endpoints, Duration timeout,
                                           const Console& console);

}  // namespace megaphone::client
