// usage: what reading a command line can result in besides options: a text to print, or an error.
#pragma once

#include <string>
#include <string_view>

namespace megaphone::cli {

// Exit codes of sysexits.h; systemd does not restart after kExitConfig.
inline constexpr int kExitUsage = 64;
inline constexpr int kExitIo = 74;
inline constexpr int kExitConfig = 78;

// A text for stdout, after which the program exits with 0. Ends with a newline.
struct Print {
  std::string text;
};

// A mistake in the command line, for stderr; the program ends with kExitUsage.
struct UsageError {
  std::string message;
  std::string help;  // one piece of advice
};

// Returns "megaphone: MESSAGE" and "help: …"; ends with a newline.
std::string format(const UsageError& error, std::string_view program);

// Writes `text` to stdout. Returns the exit code: 0, also if the reader has closed the pipe (EPIPE), or kExitIo with a
// sentence on stderr.
int print(std::string_view text, std::string_view program);

// Returns "0.1.0".
std::string_view version();

}  // namespace megaphone::cli
