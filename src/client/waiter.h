// Waiter: poll(2) with a deadline, ended early by Ctrl-C. The only place where the program sleeps.
#pragma once

#include <poll.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "megaphone/base/mono_time.h"
#include "megaphone/base/unique_fd.h"
#include "outcome.h"

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

// Makes SIGINT and SIGTERM readable from a descriptor. From open() to close() they do not end the process. A signal
// ignored from the beginning, as SIGINT is in a script's background jobs, stays ignored.
class Interrupt {
 public:
  static Interrupt open();
  // Returns the signal that arrived first, SIGINT if none did. From now on they end the process again.
  int close();
  int fd() const { return fd_.get(); }

 private:
  UniqueFd fd_;
};

}  // namespace megaphone::client
