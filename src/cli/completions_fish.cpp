#include "completion_parts.h"
#include "megaphone/base/text.h"
#include "megaphone/cli/completions.h"

namespace megaphone::cli {
namespace {

// fish knows \' and \\ within single quotes.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string line(const Program& program, const std::string& condition, const Option& option) {
  std::string out = concat("complete -c ", program.name, condition, " -l ", option.name);
  if (!option.letter.empty()) out.append(" -s ").append(option.letter);
  if (option.needsValue()) out += option.argument == "FILE" ? " -r -F" : " -x";
  return concat(out, " -d ", quoted(option.doc), "\n");
}

std::string commandLines(const Program& program, const Command& command) {
  const std::string name(command.name);
  const std::string inside = concat(" -n '__fish_seen_subcommand_from ", name, "'");
  std::string out =
      concat("complete -c ", program.name, " -n __fish_use_subcommand -a ", name, " -d ", quoted(command.doc), "\n");
  for (const Option& option : command.options) out += line(program, inside, option);
  if (firstOperand(command) == "HOST")
    out += concat("complete -c ", program.name, inside, " -a '(__fish_print_hostnames)'\n");
  if (firstOperand(command) == "LISTENER")
    out += concat("complete -c ", program.name, inside, " -a ", quoted("(" + std::string(kListeners) + ")"), "\n");
  if (const std::string words = operandWords(program, command); !words.empty())
    out += concat("complete -c ", program.name, inside, " -a '", words, "'\n");
  return out;
}

}  // namespace

std::string fishCompletions(const Program& program) {
  const std::string name(program.name);
  const bool hasCommands = !program.commands.empty();
  std::string out = concat("# fish completion of ", name, "\n");
  if (hasCommands) out += concat("complete -c ", name, " -f\n");  // no files but where an option wants one
  const std::string outside = hasCommands ? " -n __fish_use_subcommand" : "";
  for (const Option& option : program.options) out += line(program, outside, option);
  for (const Command& command : program.commands) out += commandLines(program, command);
  return out;
}

}  // namespace megaphone::cli
