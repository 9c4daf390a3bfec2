#include "megaphone/base/wake.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <cerrno>

namespace megaphone {

Result<void> Wake::open() {
  bell_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell_) return systemError(errno, "eventfd of a writer thread");
  return {};
}

void Wake::ring() { eventfd_write(bell_.get(), 1); }

void Wake::waitForRing(int timeout_ms) {
  pollfd bell{bell_.get(), POLLIN, 0};
  poll(&bell, 1, timeout_ms);
  eventfd_t rings = 0;
  eventfd_read(bell_.get(), &rings);
}

}  // namespace megaphone
