// The limits: servers that do no more than a workload forces. Yardsticks, not usable servers.
#pragma once

#include "poller.h"

namespace bench {

// Byte relay: the first request of a connection names the origin (CONNECT is answered 200, all else passed on
// unchanged); nothing behind that is looked at. With `spliced`, by splice(2) after the first 64 KiB.
[[noreturn]] void runRelay(int port, bool spliced);
// The smallest HTTP/1.1 forward proxy that keeps connections to origins: finds the end of heads and Content-Length,
// rewrites the request line, drops one field. GET only.
[[noreturn]] void runPooled(int port);
[[noreturn]] void runUpper(int port);
[[noreturn]] void runDatagrams(int port);

}  // namespace bench
