// Words to the service manager: the sd_notify protocol (sd_notify(3)), one datagram each. Written by hand: the protocol
// is stable and small, the library is not.
#pragma once

#include <string_view>

namespace megaphone::app {

// Sends `state` ("READY=1", lines separated by newlines) to $NOTIFY_SOCKET; nothing happens without one.
// Answers whether it was sent.
bool notify(std::string_view state);

}  // namespace megaphone::app
