// Error: one failure: its reason, the side it is on, errno and context. A value; nothing here throws.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/reason.h"

namespace megaphone {

enum class Side : std::uint8_t { daemon, client, origin };

std::string_view word(Side side);

struct Error {
  Reason reason = Reason::proxy_internal_error;
  Side side = Side::daemon;
  int errnum = 0;       // errno of the system call that failed, or 0
  std::string context;  // the operation and its object: "bind 127.0.0.1:3128"
};

// Returns an Error on the daemon's own side, from a failed system call.
Error systemError(int errnum, std::string context);

// Returns one line: "bind 127.0.0.1:3128: Address already in use", or the reason's sentence where there is no errno.
std::string describe(const Error& error);

}  // namespace megaphone
