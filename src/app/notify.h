// Words to the service manager: the sd_notify protocol (sd_notify(3)), one datagram each. Written by hand: the protocol
// is stable and small, the library is not.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string_view>

#include "megaphone/base/mono_time.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::app {

// Returns whether a service manager listens: $NOTIFY_SOCKET is set.
bool isSupervised();

// The socket to $NOTIFY_SOCKET, kept open: what matters most is told when descriptors are short, too.
class NotifySocket {
 public:
  enum class Sent : unsigned char {
    yes,
    no_room,  // the service manager has not read what it was sent before
    never,    // there is none, or it is gone
  };

  NotifySocket();
  // Sends `state` ("READY=1", lines separated by newlines) without waiting.
  Sent send(std::string_view state) const;

 private:
  UniqueFd fd_;
  sockaddr_un address_{};
  socklen_t size_ = 0;
};

// Returns how long the service manager waits for a WATCHDOG=1 before it takes this process for stuck; nothing if it has
// no watchdog.
std::optional<Duration> watchdogPatience();

}  // namespace megaphone::app
