// Waiter: the one place where the program sleeps. poll(2) with a deadline, ended early by Ctrl-C.
#pragma once

#include <poll.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "ending.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::client {

using Deadline = std::optional<MonoTime>;
inline Deadline earlier(Deadline a, Deadline b) { return a && b ? std::min(a, b) : a ? a : b; }

class Waiter {
 public:
  // `interrupt` becomes readable when the program shall end; -1: never. It is not owned and never read.
  explicit Waiter(int interrupt = -1) : interrupt_(interrupt) {}

  // Sleeps until one of `fds` has an event, fills their revents, and ends with nothing. Past the deadline it ends with
  // nothing too and no event is set. A negative descriptor is ignored, as poll does.
  Stop wait(std::initializer_list<pollfd*> fds, Deadline deadline) const;

 private:
  int interrupt_;
};

// Ctrl-C as a descriptor. From open() to close() SIGINT does not end the process by itself. Where it is ignored from
// the beginning, as by what a shell runs in the background, it stays so, and there is no descriptor.
class Interrupt {
 public:
  static Interrupt open();
  // What came meanwhile is forgotten; from now on Ctrl-C ends the process.
  void close();
  int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

}  // namespace megaphone::client
