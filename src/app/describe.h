// Describes the parts of the daemon for `megaphone status`. Main thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "figures.h"
#include "megaphone/capture/request.h"
#include "megaphone/control/daemon.h"
#include "megaphone/server/listeners.h"
#include "socket_table.h"

namespace megaphone::app {

void describeListeners(const SocketTable& sockets, const server::Listeners& listeners, control::Status& out);
// Returns whether a listener has origins; nothing if there is none of that name.
std::optional<bool> hasOrigins(const SocketTable& sockets, const std::string& listener);
void describeCaptures(const std::vector<capture::Running>& captures, control::Status& out);
void describeThreads(const Figures& figures, control::Status& out);

}  // namespace megaphone::app
