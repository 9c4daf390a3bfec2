// escaped: untrusted text made safe for a log or a terminal.
#pragma once

#include <string>
#include <string_view>

namespace megaphone {

// Returns a copy with control characters and bytes that are not UTF-8 written as \xNN, so that text of a peer can
// neither forge another line nor control a terminal.
std::string escaped(std::string_view line);

}  // namespace megaphone
