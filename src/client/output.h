// Output: answers go to the standard output.
#pragma once

#include <sys/types.h>

#include <string_view>

#include "ending.h"
#include "megaphone/base/unique_fd.h"
#include "waiter.h"

namespace megaphone::client {

// The output descriptor. It stays in the mode in which we got it, since it is shared with other programs. Pipes and
// terminals are opened anew without blocking; where that is not possible, a small piece is written at a time: after
// poll has said writable, it is taken without blocking.
class Output {
 public:
  // `fd` is not owned and stays open meanwhile.
  Output(int fd, const Waiter& waiter);

  int fd() const { return fd_; }
  // Writes a piece of `bytes`. REQUIRES: poll said writable. Returns what write(2) returned.
  ssize_t writeSome(std::string_view bytes) const;
  // Writes all of `bytes`, however often it takes.
  Stop write(std::string_view bytes) const;

 private:
  UniqueFd own_;
  int fd_;
  std::size_t piece_;
  const Waiter& waiter_;
};

}  // namespace megaphone::client
