#include "console.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <iomanip>
#include <sstream>

#include "diagnosis.h"

namespace megaphone::client {
namespace {

bool isFile(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

// POSIX grants that a writable pipe takes PIPE_BUF bytes without blocking, and no more than that.
Output::Output(int fd, const Waiter& waiter) : fd_(fd), piece_(isFile(fd) ? SSIZE_MAX : PIPE_BUF), waiter_(waiter) {}

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

void Notes::promptPart(std::string_view text) const {
  if (level_ != Level::quiet && ::isatty(fd_) != 0) put(text);
}

void Notes::line(std::string_view text) const { put("megaphone: " + std::string(text) + "\n"); }

void Notes::put(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;  // nobody is left to be told
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string since(MonoTime start) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << toMilliseconds(monoNow() - start) << " ms";
  return out.str();
}

}  // namespace megaphone::client
