// Standard streams: descriptors 0, 1 and 2, which the process inherits and shares with others.
#pragma once

#include <string_view>

namespace megaphone {

// Opens those of the three that are closed, on something whose use fails. REQUIRES: called before anything else opens a
// descriptor, which would get one of these numbers and be written to by mistake.
void openStandardStreams();

// Writes all of `text` to the standard output and returns 0, or the errno of what failed.
int printOut(std::string_view text);

}  // namespace megaphone
