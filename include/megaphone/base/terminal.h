// What the terminal behind a descriptor wants.
#pragma once

namespace megaphone {

// Whether `fd` is a terminal where a line can be written over.
bool isCapableTerminal(int fd);
// Whether colours belong on `fd`: a terminal that knows them, and nobody refused (NO_COLOR, https://no-color.org).
bool wantsColours(int fd);

}  // namespace megaphone
