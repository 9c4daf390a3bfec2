// Output: writes answers to the standard output.
#pragma once

#include <sys/types.h>

#include <string_view>

#include "megaphone/base/shared_output.h"
#include "outcome.h"
#include "waiter.h"

namespace megaphone::client {

// The output descriptor; it stays in the mode in which we got it, since it is shared with other programs.
class Output {
 public:
  // `fd` is not owned and stays open meanwhile.
  Output(int fd, const Waiter& waiter) : out_(fd), waiter_(waiter) {}

  int fd() const { return out_.fd(); }
  // Writes a piece of `bytes`, best after poll has reported room. Returns as write(2) does.
  ssize_t writeSome(std::string_view bytes) const { return out_.writeSome(bytes); }
  // Writes all of `bytes`, however often it takes.
  Stop write(std::string_view bytes) const;

 private:
  SharedOutput out_;
  const Waiter& waiter_;
};

}  // namespace megaphone::client
