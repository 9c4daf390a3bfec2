// Parts that the completions of all shells share.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/cli/program.h"
#include "megaphone/setup/guides.h"

namespace megaphone::cli {

// Returns "tcp udp help".
inline std::string commandWords(const Program& program) {
  std::string out;
  for (const Command& command : program.commands) out.append(out.empty() ? "" : " ").append(command.name);
  return out;
}

// Returns "HOST" of "HOST PORT [MESSAGE...]".
inline std::string_view firstOperand(const Command& command) {
  return command.operands.substr(0, command.operands.find(' '));
}

// Prints the names of the listeners of the daemon that runs here: the first table of "megaphone status" in a pipe.
inline constexpr std::string_view kListeners =
    "megaphone status 2>/dev/null | sed -n '/^LISTENER/,/^$/{/^LISTENER/d;/^$/d;s/[[:space:]].*//;p;}'";

// Returns all that the first operand can be, as "chromium firefox"; "" for anything.
inline std::string operandWords(const Program& program, const Command& command) {
  if (firstOperand(command) == "[COMMAND]") return commandWords(program);
  std::string out;
  if (firstOperand(command) != "[NAME]") return out;
  for (const setup::Guide& guide : setup::guides()) out.append(out.empty() ? "" : " ").append(guide.name);
  return out;
}

// Returns the text for single quotes of a POSIX shell, with a backslash before each of `special`.
inline std::string shellText(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out;
}

}  // namespace megaphone::cli
