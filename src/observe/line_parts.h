// What lines of different formats have in common: times, targets without secrets, and text that cannot leave its place.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "megaphone/base/mono_time.h"

namespace megaphone::observe {

// A date and a time of day, in UTC.
struct Civil {
  unsigned year, month, day, hour, minute, second, microsecond;
  explicit Civil(WallTime time);
};

// A target, or a Referer, as it may be shown, in pieces: the scheme with its "://", what follows from the host on, and
// "?-" in the place of a query that was cut. Any of them may be empty.
using ShownTarget = std::array<std::string_view, 3>;
ShownTarget shown(std::string_view target, bool query_strings);

// RFC 3339, UTC, microseconds.
void appendTimestamp(std::string& out, WallTime time);

}  // namespace megaphone::observe
