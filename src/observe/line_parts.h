// What lines of different formats have in common: times, targets without secrets, and text that cannot leave its place.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/mono_time.h"

namespace megaphone::observe {

// A date and a time of day, in UTC.
struct Civil {
  unsigned year, month, day, hour, minute, second, microsecond;
  explicit Civil(WallTime time);
};

// A target, or a Referer, as it may be shown: `scheme` and `rest` in this order, and "?-" where `cut`.
struct ShownTarget {
  std::string_view scheme;  // with its "://"; may be empty
  std::string_view rest;    // from the host on
  bool cut = false;         // the query was
  ShownTarget(std::string_view target, bool query_strings);
};

// RFC 3339, UTC, microseconds.
void appendTimestamp(std::string& out, WallTime time);

}  // namespace megaphone::observe
