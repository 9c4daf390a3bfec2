#include "megaphone/cli/usage.h"
#include "megaphone/base/text.h"

#include <unistd.h>

#include <cerrno>

#include "megaphone/base/error.h"
#include "megaphone/base/shared_output.h"
#include "megaphone/base/standard_streams.h"

namespace megaphone::cli {

std::string format(const UsageError& error, std::string_view program) {
  std::string out = concat(program, ": ", error.message, "\n");
  if (!error.help.empty()) out += concat("help: ", error.help, "\n");
  return out;
}

int print(std::string_view text, std::string_view program) {
  const int errnum = printOut(text);
  if (errnum == 0 || errnum == EPIPE) return 0;
  const std::string sentence = concat(program, ": ", describe(systemError(errnum, "write the output")), "\n");
  SharedOutput(STDERR_FILENO).writeAll(sentence, std::chrono::seconds(1));
  return kExitIo;
}

std::string_view version() { return MEGAPHONE_VERSION; }

}  // namespace megaphone::cli
