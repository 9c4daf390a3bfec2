// Standard streams: descriptors 0, 1 and 2, which the process has not opened itself and shares with others.
#pragma once

#include <string_view>

namespace megaphone {

// Opens those of the three that are closed; called before anything else opens a descriptor, which would take their
// place and be written to. What stands in now fails when it is used.
void openStandardStreams();

// Writes all of `text` to the standard output and returns 0, or the errno of what failed.
int printOut(std::string_view text);

}  // namespace megaphone
