#include <vector>

#include "columns.h"
#include "megaphone/base/text.h"
#include "megaphone/cli/program.h"
#include "megaphone/cli/usage.h"

namespace megaphone::cli {
namespace {

std::string optionRows(std::span<const Option> options) {
  std::vector<Row> out;
  for (const Option& option : options) {
    std::string left = option.letter.empty() ? "    " : concat("-", option.letter, ", ");
    left.append("--").append(option.name);
    left.append(option.needsValue() ? " " : "").append(option.argument);
    out.push_back({left, option.doc});
  }
  return columns(out);
}

std::string more(std::string_view text) { return text.empty() ? "" : concat("\n", text); }

}  // namespace

std::string helpText(const Program& program) {
  const std::string name(program.name);
  std::string out = concat(name, " ", program.doc, ".\n\n");
  out += concat("Usage: ", name, (program.commands.empty() ? " [OPTIONS]" : " COMMAND [OPTIONS] ..."), "\n\n");
  std::vector<Row> commands;
  for (const Command& command : program.commands) {
    commands.push_back({concat(command.name, " ", command.operands), command.doc});
  }
  if (!commands.empty()) out += columns(commands) + "\n";
  return out + optionRows(program.options) + more(program.more);
}

std::string helpText(const Program& program, const Command& command) {
  const std::string name = concat(program.name, " ", command.name);
  return concat(name, ": ", command.doc, ".\n\nUsage: ", name, " [OPTIONS] ", command.operands, "\n\n",
                optionRows(command.options), more(command.more));
}

}  // namespace megaphone::cli
