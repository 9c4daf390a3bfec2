#include "megaphone/base/shared_output.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string>

namespace megaphone {
namespace {

mode_t kindOf(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_mode & S_IFMT : 0;
}

// Returns false for a descriptor that is open for reading only: reopening it for writing would exceed its rights.
bool isForWriting(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
}

UniqueFd openedAnew(int fd) {
  if (!isForWriting(fd)) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

bool hasRoom(int fd, std::chrono::milliseconds patience) {
  pollfd room{fd, POLLOUT, 0};
  return ::poll(&room, 1, static_cast<int>(patience.count())) > 0;
}

template <class WriteSome>
Written writeAllBy(WriteSome&& writeSome, int fd, std::string_view bytes, std::chrono::milliseconds patience) {
  Written written;
  while (written.bytes < bytes.size()) {
    const ssize_t n = writeSome(bytes.substr(written.bytes));
    const int errnum = errno;
    if (n >= 0)
      written.bytes += static_cast<std::size_t>(n);
    else if (errnum != EINTR && (errnum != EAGAIN || !hasRoom(fd, patience)))
      return {written.bytes, errnum};
  }
  return written;
}

}  // namespace

SharedOutput::SharedOutput(int fd) : fd_(fd) {
  switch (kindOf(fd)) {
    case S_IFREG: break;
    case S_IFSOCK: way_ = Way::send; break;
    case S_IFIFO:
    case S_IFCHR: own_ = openedAnew(fd); [[fallthrough]];
    default: way_ = own_ ? Way::write : Way::pieces;
  }
}

// POSIX guarantees only that a writable pipe takes PIPE_BUF bytes without blocking.
ssize_t SharedOutput::writeSome(std::string_view bytes) const {
  if (way_ == Way::send) return ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (way_ == Way::write) return ::write(fd(), bytes.data(), bytes.size());
  if (!hasRoom(fd_, {})) {
    errno = EAGAIN;
    return -1;
  }
  return ::write(fd_, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
}

Written SharedOutput::writeAll(std::string_view bytes, std::chrono::milliseconds patience) const {
  return writeAllBy([this](std::string_view rest) { return writeSome(rest); }, fd(), bytes, patience);
}

Written writeAll(int fd, std::string_view bytes, std::chrono::milliseconds patience) {
  return writeAllBy([fd](std::string_view rest) { return ::write(fd, rest.data(), rest.size()); }, fd, bytes, patience);
}

}  // namespace megaphone
