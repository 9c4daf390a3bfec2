// escaped, masked: untrusted text made safe for a log or a terminal.
#pragma once

#include <string>
#include <string_view>

namespace megaphone {

// Returns a copy with control characters and bytes that are not UTF-8 written as \xNN, so that text of a peer can
// neither forge another line nor control a terminal.
std::string escaped(std::string_view line);
// Returns a copy in which each of them is a '?', so that what stands under the line stays under it; tabs stay.
std::string masked(std::string_view line);

}  // namespace megaphone
