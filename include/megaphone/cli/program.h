// program: the command lines of both programs as data. Parsing, help and completions come from it; the manual pages are
// tested against it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace megaphone::cli {

struct Option {
  std::string_view name;      // "config", written --config
  std::string_view letter;    // "c", written -c; or ""
  std::string_view argument;  // "FILE"; "" for a flag; "[=DURATION]" when it may be left out
  bool repeatable = false;
  std::string_view doc;  // a phrase without a full stop

  bool takesValue() const { return !argument.empty(); }
  bool needsValue() const { return takesValue() && !argument.starts_with('['); }
};

struct Command {
  std::string_view name;
  std::string_view operands;  // "HOST PORT [MESSAGE…]"
  std::string_view doc;       // one line, a phrase
  std::string_view more;      // paragraphs for its own help, each line ended
  std::span<const Option> options;
};

struct Program {
  std::string_view name;
  std::string_view doc;
  std::string_view more;
  std::span<const Option> options;    // those of the program itself, in front of a command
  std::span<const Command> commands;  // none for the daemon
};

const Program& daemonProgram();
const Program& clientProgram();

// Return what --help prints.
std::string helpText(const Program& program);
std::string helpText(const Program& program, const Command& command);

}  // namespace megaphone::cli
