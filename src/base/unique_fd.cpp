#include "megaphone/base/unique_fd.h"

#include <unistd.h>

namespace megaphone {

void UniqueFd::reset(int fd) {
  const int old = std::exchange(fd_, fd);
  if (old >= 0) ::close(old);  // on Linux the descriptor is gone even after EINTR
}

}  // namespace megaphone
