// Terminal: what the terminal behind a descriptor is capable of.
#pragma once

namespace megaphone {

// Returns whether `fd` is a terminal on which a line can be overwritten.
bool isCapableTerminal(int fd);
// Returns whether to use colours on `fd`: it is a capable terminal, and NO_COLOR is not set (https://no-color.org).
bool wantsColours(int fd);

}  // namespace megaphone
