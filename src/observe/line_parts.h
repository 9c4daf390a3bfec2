// Parts that lines of different formats have in common: times, targets without their queries, and text that cannot
// leave its place.
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

// The target of a record, or its Referer, as a line shows it, in pieces: all in front of its query, or all of it, and
// "?-" in the place of a query that was cut, or nothing. Other secrets are not in a record (appendShownUrl()).
using ShownTarget = std::array<std::string_view, 2>;
ShownTarget shown(std::string_view target, bool query_strings);

// RFC 3339, UTC, microseconds.
void appendTimestamp(std::string& out, WallTime time);

}  // namespace megaphone::observe
