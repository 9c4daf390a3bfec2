#include "megaphone/base/append_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace megaphone {
namespace {

constexpr int kWaitForRoomMs = 100;

// Not blocking: a path may name a pipe that nobody reads.
UniqueFd openAtEnd(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640));
}

// Whether another write is worth trying after this errno.
bool goesOn(int fd, int errnum) {
  if (errnum == EINTR) return true;
  if (errnum != EAGAIN && errnum != EWOULDBLOCK) return false;
  pollfd room{fd, POLLOUT, 0};
  return poll(&room, 1, kWaitForRoomMs) > 0;
}

}  // namespace

Result<AppendFile> AppendFile::open(std::string path) {
  AppendFile file;
  file.path_ = std::move(path);
  if (auto opened = file.reopen(); !opened) return std::move(opened.error());
  return file;
}

Result<void> AppendFile::reopen() {
  UniqueFd fd = openAtEnd(path_);
  if (!fd) return systemError(errno, "open " + path_);
  fd_ = std::move(fd);
  return {};
}

bool AppendFile::moved() const {
  struct stat named {};
  struct stat opened {};
  if (fstat(fd(), &opened) != 0 || stat(path_.c_str(), &named) != 0) return true;
  return named.st_dev != opened.st_dev || named.st_ino != opened.st_ino;
}

bool AppendFile::unlinked() const {
  struct stat opened {};
  return fstat(fd(), &opened) != 0 || opened.st_nlink == 0;
}

Written writeAll(int fd, std::string_view bytes) {
  Written written;
  while (written.bytes < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + written.bytes, bytes.size() - written.bytes);
    if (n >= 0) {
      written.bytes += static_cast<std::size_t>(n);
      continue;
    }
    const int errnum = errno;
    if (goesOn(fd, errnum)) continue;
    written.errnum = errnum;
    break;
  }
  return written;
}

}  // namespace megaphone
