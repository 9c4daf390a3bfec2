// HandedSockets: the sockets that systemd has opened for this process (sd_listen_fds_with_names(3)). They stay open as
// long as the process lives, and are never shut down: systemd and the next daemon hold the same sockets.
#pragma once

#include <string>
#include <vector>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/config/machine.h"

namespace megaphone::app {

class HandedSockets {
 public:
  HandedSockets() = default;
  // Takes them out of LISTEN_FDS and its companions, which are removed. REQUIRES: no other thread runs.
  static HandedSockets take();

  // Returns whether systemd has named sockets for this process, even if none.
  bool told() const { return told_; }
  const std::vector<config::HandedSocket>& all() const { return sockets_; }
  // Returns whether a client or a datagram waits at one of them.
  bool anyoneWaits() const;
  // Descriptors of that socket, non-blocking, one for each event loop.
  Result<std::vector<UniqueFd>> copies(std::size_t index, unsigned count) const;

 private:
  bool told_ = false;
  std::vector<config::HandedSocket> sockets_;
  std::vector<UniqueFd> fds_;  // by the same index
};

}  // namespace megaphone::app
