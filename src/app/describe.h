// What the parts of the daemon say about themselves in `megaphone status`. Main thread.
#pragma once

#include "figures.h"
#include "megaphone/control/daemon.h"
#include "megaphone/server/listeners.h"
#include "socket_table.h"

namespace megaphone::app {

void describeListeners(const SocketTable& sockets, const server::Listeners& listeners, control::Status& out);
void describeThreads(const Figures& figures, control::Status& out);

}  // namespace megaphone::app
