#include "output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string>

#include "diagnosis.h"

namespace megaphone::client {
namespace {

mode_t kindOf(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

UniqueFd openedAnew(int fd) {
  const mode_t kind = kindOf(fd);
  if (kind != S_IFIFO && kind != S_IFCHR) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

}  // namespace

// POSIX grants that a writable pipe takes PIPE_BUF bytes without blocking, and no more than that.
Output::Output(int fd, const Waiter& waiter)
    : own_(openedAnew(fd)),
      fd_(own_ ? own_.get() : fd),
      piece_(own_ || kindOf(fd) == S_IFREG ? SSIZE_MAX : PIPE_BUF),
      waiter_(waiter) {}

ssize_t Output::writeSome(std::string_view bytes) const {
  return ::write(fd_, bytes.data(), bytes.size() < piece_ ? bytes.size() : piece_);
}

Stop Output::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    pollfd out{fd_, POLLOUT, 0};
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
