// usage: what a command line can come to besides options: a text to print, or a mistake.
#pragma once

#include <string>
#include <string_view>

namespace megaphone::cli {

// Exit codes of sysexits.h; systemd does not restart after kExitConfig.
inline constexpr int kExitUsage = 64;
inline constexpr int kExitIo = 74;
inline constexpr int kExitConfig = 78;

// For stdout, then the end with code 0. Ends with a newline.
struct Print {
  std::string text;
};

// For stderr, then the end with kExitUsage.
struct UsageError {
  std::string message;
  std::string help;  // one piece of advice
};

// "megaphone: MESSAGE", "help: …"; ends with a newline.
std::string format(const UsageError& error, std::string_view program);

// Writes `text` to stdout and gives the exit code: 0, also where the reader has had enough and left (EPIPE), or kExitIo
// with a sentence on stderr.
int print(std::string_view text, std::string_view program);

// "0.1.0"
std::string_view version();

}  // namespace megaphone::cli
