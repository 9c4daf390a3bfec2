// Words to the service manager: the sd_notify protocol (sd_notify(3)), one datagram each. Written by hand: the protocol
// is stable and small, the library is not.
#pragma once

#include <optional>
#include <string_view>

#include "megaphone/base/mono_time.h"

namespace megaphone::app {

// Whether somebody listens: $NOTIFY_SOCKET is set.
bool isSupervised();

// Sends `state` ("READY=1", lines separated by newlines) to $NOTIFY_SOCKET; nothing happens without one.
// Answers whether it was sent.
bool notify(std::string_view state);

// How long the service manager waits for a WATCHDOG=1 before it takes this process for stuck; nothing if it does not.
std::optional<Duration> watchdogPatience();

}  // namespace megaphone::app
