// SharedOutput: writing to a descriptor that other programs may share, such as a standard stream, without waiting for
// its reader and without changing its mode, which would be theirs, too.
//
// Pipes and terminals are opened anew without blocking, sockets are asked not to wait. Where that is not possible
// (no /proc, no permission), a small piece is written at a time, after poll(2) has said writable: that waits only where
// another program fills the pipe in between. Regular files take what they get.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string_view>

#include "megaphone/base/unique_fd.h"

namespace megaphone {

// How far a write came: all bytes and 0, or fewer and an errno.
struct Written {
  std::size_t bytes = 0;
  int errnum = 0;
};

class SharedOutput {
 public:
  SharedOutput() = default;  // no descriptor
  // `fd` is not owned and stays open meanwhile.
  explicit SharedOutput(int fd);

  // To be polled for writing.
  int fd() const { return own_ ? own_.get() : fd_; }
  // What write(2) returns. EAGAIN: there is no room.
  ssize_t writeSome(std::string_view bytes) const;
  // Writes all of it, unless it fails, or finds no room for as long as `patience`: EAGAIN.
  Written writeAll(std::string_view bytes, std::chrono::milliseconds patience) const;

 private:
  enum class Way : unsigned char { write, send, pieces };

  int fd_ = -1;
  UniqueFd own_;
  Way way_ = Way::write;
};

// Writes all of `bytes` to a descriptor that does not block, or is a regular file; as SharedOutput::writeAll().
Written writeAll(int fd, std::string_view bytes, std::chrono::milliseconds patience);

}  // namespace megaphone
