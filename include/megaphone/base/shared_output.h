// SharedOutput: writes to a descriptor that other programs may share, such as a standard stream, without waiting for
// its reader and without setting O_NONBLOCK, which would change the descriptor for the others, too.
//
// Pipes and terminals are reopened as non-blocking, sockets are written with MSG_DONTWAIT. Where that fails (no /proc,
// no permission), small pieces are written after poll(2) has reported room: that blocks only if another program fills
// the pipe in between. Regular files are written directly.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string_view>

#include "megaphone/base/unique_fd.h"

namespace megaphone {

// The result of a write: all bytes and 0, or fewer and an errno.
struct Written {
  std::size_t bytes = 0;
  int errnum = 0;
};

class SharedOutput {
 public:
  SharedOutput() = default;  // no descriptor
  // REQUIRES: `fd`, which is not owned, stays open.
  explicit SharedOutput(int fd);

  // Returns the descriptor to poll for writing.
  int fd() const { return own_ ? own_.get() : fd_; }
  // Writes once, and returns as write(2) does. errno is EAGAIN if there is no room.
  ssize_t writeSome(std::string_view bytes) const;
  // Writes all bytes, unless writing fails or there is no room for as long as `patience` (EAGAIN).
  Written writeAll(std::string_view bytes, std::chrono::milliseconds patience) const;

 private:
  enum class Way : unsigned char { write, send, pieces };

  int fd_ = -1;
  UniqueFd own_;
  Way way_ = Way::write;
};

// Does the same as SharedOutput::writeAll() for a descriptor that is non-blocking or a regular file.
Written writeAll(int fd, std::string_view bytes, std::chrono::milliseconds patience);

}  // namespace megaphone
