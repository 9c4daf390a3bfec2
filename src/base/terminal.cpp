#include "megaphone/base/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace megaphone {

// NOLINTBEGIN(concurrency-mt-unsafe): nothing here sets the environment
bool isCapableTerminal(int fd) {
  const char* kind = std::getenv("TERM");
  return ::isatty(fd) == 1 && kind && std::string_view(kind) != "dumb";
}

bool wantsColours(int fd) {
  const char* refused = std::getenv("NO_COLOR");
  return isCapableTerminal(fd) && (!refused || !*refused);
}
// NOLINTEND(concurrency-mt-unsafe)

}  // namespace megaphone
