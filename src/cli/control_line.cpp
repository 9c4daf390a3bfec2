#include "control_line.h"

#include <algorithm>

namespace megaphone::cli {

std::variant<ControlOptions, UsageError> readControl(const Command& command, const Line& line) {
  if (!line.operands.empty()) {
    return UsageError{"\"" + line.operands.front() + "\" is too much",
                      "megaphone " + std::string(command.name) + " takes options only; --help lists them"};
  }
  ControlOptions out;
  out.command = command.name;
  out.json = line.has("json");
  out.shaped = std::any_of(command.options.begin(), command.options.end(),
                           [](const Option& option) { return option.name == "json"; });
  for (const Line::Given& given : line.given) {
    if (given.name == "json") continue;
    if (given.value.empty() || given.value.find_first_of(" \t\n") != std::string::npos)
      return UsageError{"--" + given.name + " cannot be \"" + given.value + "\"", "give it a value without blanks"};
    if (given.name == "socket")
      out.socket = given.value;
    else
      out.options.emplace_back(given.name, given.value);
  }
  return out;
}

}  // namespace megaphone::cli
