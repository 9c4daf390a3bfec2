// Dates in the format of HTTP. Pure.
#pragma once

#include <string>

#include "megaphone/base/mono_time.h"

namespace megaphone::http {

// Appends "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7), whatever the locale. REQUIRES: 1970 <= year <=
// 9999.
void appendDate(std::string& out, WallTime time);

}  // namespace megaphone::http
