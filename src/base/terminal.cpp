#include "megaphone/base/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace megaphone {

// NOLINTBEGIN(concurrency-mt-unsafe): nothing here sets the environment
bool wantsColours(int fd) {
  const char* refused = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool dumb = !terminal || std::string_view(terminal) == "dumb";
  return ::isatty(fd) == 1 && !dumb && (!refused || !*refused);
}
// NOLINTEND(concurrency-mt-unsafe)

}  // namespace megaphone
