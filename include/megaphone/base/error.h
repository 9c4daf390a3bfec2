// Error: what failed, on whose side, why, and on what. A value; nothing here throws.
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
  int errnum = 0;       // errno where the kernel had a word in it, else 0
  std::string context;  // what was being done and on what: "bind 127.0.0.1:3128"
};

// An Error of the daemon itself from a failed system call.
Error systemError(int errnum, std::string context);

// "bind 127.0.0.1:3128: Address already in use"; the reason's sentence where there is no errno.
std::string describe(const Error& error);

}  // namespace megaphone
