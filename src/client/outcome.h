// Outcome: the exit code of the program, with cause and advice. Functions that may end the program return a Stop:
// nothing means to go on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace megaphone::client {

// The exit codes that megaphone(1) promises; from sysexits.h, and 128 + SIGINT.
enum class ExitCode : int {
  ok = 0,
  missing = 1,  // of a ping alone, as ping(8) has it
  usage = 64,
  no_input = 66,
  host_unknown = 68,
  unreachable = 69,
  refused = 70,  // by the daemon
  io = 74,
  timeout = 75,
  wrong_answer = 76,
  permission = 77,
  interrupted = 130,
};

// Returns the code as --json writes it, such as "unreachable".
constexpr std::string_view word(ExitCode code) {
  switch (code) {
    case ExitCode::ok: return "complete";
    case ExitCode::missing: return "missing";
    case ExitCode::usage: return "usage";
    case ExitCode::no_input: return "no_input";
    case ExitCode::host_unknown: return "host_unknown";
    case ExitCode::unreachable: return "unreachable";
    case ExitCode::refused: return "refused";
    case ExitCode::io: return "broken";
    case ExitCode::timeout: return "timeout";
    case ExitCode::wrong_answer: return "wrong_answer";
    case ExitCode::permission: return "not_permitted";
    case ExitCode::interrupted: return "interrupted";
  }
  return "";
}

// An exit code with one sentence of cause and one of advice, both without a final full stop. Without a cause, nothing
// is printed.
struct Outcome {
  ExitCode code = ExitCode::ok;
  std::string cause;
  std::string advice;
  std::string exhibit = {};  // whole lines to print below the sentences

  // Returns "The cause. The advice.", or "". Advice may be a question.
  std::string text() const {
    if (cause.empty() || advice.empty()) return cause.empty() ? cause : cause + ".";
    return cause + ". " + advice + (advice.back() == '?' ? "" : ".");
  }
};

using Stop = std::optional<Outcome>;

}  // namespace megaphone::client
