#include "control_line.h"

#include "megaphone/base/ascii.h"
#include "megaphone/base/text.h"

namespace megaphone::cli {
namespace {

// Reads the operands of the command: one, or none.
std::optional<UsageError> readOperands(const command::Command& command, const Line& line, ControlOptions& out) {
  const std::size_t most = command.operand.empty() ? 0 : 1;
  if (line.operands.size() > most) {
    return UsageError{most == 0 ? concat(command.name, " takes no argument: \"", line.operands[0], "\"")
                                : concat("only one ", command.operand, " is allowed: \"", line.operands[1], "\""),
                      concat("megaphone ", command.name, " --help shows what it takes")};
  }
  if (most == 0) return std::nullopt;
  if (line.operands.empty())
    return UsageError{concat(command.operand, " is missing"), "megaphone status has the names of all"};
  out.options.emplace_back(ascii::lower(command.operand), line.operands[0]);
  return std::nullopt;
}

// Reads an option that is not passed on to the daemon.
std::optional<UsageError> readOwnOption(const Line::Given& given, ControlOptions& out) {
  if (given.name == "socket") {
    out.socket = given.value;
  } else if (given.name == "write") {
    out.write = given.value;
  } else if (given.name == "serve") {
    const auto port = ascii::parseDecimal(given.value, 65535);
    if (!port || *port == 0)
      return UsageError{concat("--serve: \"", given.value, "\" is not a port number"), "such as 5555"};
    out.serve = static_cast<std::uint16_t>(*port);
  }
  return std::nullopt;
}

std::optional<UsageError> readOption(const command::Command& command, const Line::Given& given, ControlOptions& out) {
  const command::Option* asked = command.option(given.name);
  const bool isSwitch = asked ? asked->argument.empty() : given.name == "json" || given.name == "force";
  if (isSwitch && asked) out.options.emplace_back(given.name, "yes");
  if (isSwitch) return std::nullopt;
  if (given.value.empty()) return UsageError{concat("--", given.name, " cannot be empty"), "give it a value"};
  if (!asked) return readOwnOption(given, out);
  if (auto advice = asked->advise ? asked->advise(given.value) : std::nullopt)
    return UsageError{concat("--", given.name, " cannot be \"", given.value, "\""), *std::move(advice)};
  out.options.emplace_back(given.name, given.value);
  return std::nullopt;
}

}  // namespace

std::variant<ControlOptions, UsageError> readControl(const command::Command& command, const Line& line) {
  ControlOptions out;
  out.command = command.name;
  out.json = line.has("json");
  out.force = line.has("force");
  out.shaped = command.shaped;
  if (auto error = readOperands(command, line, out)) return *std::move(error);
  for (const Line::Given& given : line.given) {
    if (auto error = readOption(command, given, out)) return *std::move(error);
  }
  for (const auto& [name, value] : out.options) {
    if (value.find_first_of(" \t\n") != std::string::npos)
      return UsageError{concat(name, " cannot be \"", value, "\""), "give it a value without blanks"};
  }
  if (!out.write.empty() && out.serve != 0)
    return UsageError{"--write and --serve do not go together", "leave one of them out"};
  if (out.force && out.write.empty()) return UsageError{"--force is for a file", "give --write FILE with it"};
  return out;
}

}  // namespace megaphone::cli
