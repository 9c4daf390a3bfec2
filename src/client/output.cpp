#include "output.h"

#include <cerrno>

#include "diagnosis.h"

namespace megaphone::client {

Stop Output::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    pollfd out{fd(), POLLOUT, 0};
    if (Stop stop = waiter_.wait({&out}, {})) return stop;
    const ssize_t written = writeSome(bytes);
    if (written >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR && errno != EAGAIN)
      return outputFailed(errno);
  }
  return std::nullopt;
}

}  // namespace megaphone::client
