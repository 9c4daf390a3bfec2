#include "megaphone/cli/usage.h"

#include <cerrno>
#include <iostream>

#include "megaphone/base/error.h"
#include "megaphone/base/standard_streams.h"

namespace megaphone::cli {

std::string format(const UsageError& error, std::string_view program) {
  std::string out = std::string(program) + ": " + error.message + "\n";
  if (!error.help.empty()) out += "help: " + error.help + "\n";
  return out;
}

int print(std::string_view text, std::string_view program) {
  const int errnum = printOut(text);
  if (errnum == 0 || errnum == EPIPE) return 0;
  std::cerr << program << ": " << describe(systemError(errnum, "write the output")) << '\n';
  return kExitIo;
}

std::string_view version() { return MEGAPHONE_VERSION; }

}  // namespace megaphone::cli
