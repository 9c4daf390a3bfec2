// Ending: how the program ends. Every function that may end it returns a Stop: nothing means go on.
#pragma once

#include <optional>
#include <string>

namespace megaphone::client {

// The exit codes that --help and megaphone(1) promise; from sysexits.h, and 128 + SIGINT.
enum class ExitCode : int {
  ok = 0,
  usage = 64,
  host_unknown = 68,
  unreachable = 69,
  io = 74,
  timeout = 75,
  permission = 77,
  interrupted = 130,
};

// One sentence of cause and one of advice, both without a final full stop. No cause: it ends without a word.
struct Ending {
  ExitCode code = ExitCode::ok;
  std::string cause;
  std::string advice;

  // "The cause. The advice.", or nothing. Advice may be a question.
  std::string text() const {
    if (cause.empty() || advice.empty()) return cause.empty() ? cause : cause + ".";
    return cause + ". " + advice + (advice.back() == '?' ? "" : ".");
  }
};

using Stop = std::optional<Ending>;

}  // namespace megaphone::client
