#include "control_line.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/text.h"
#include "megaphone/config/units.h"

namespace megaphone::cli {
namespace {

bool has(const Command& command, std::string_view option) {
  return std::any_of(command.options.begin(), command.options.end(),
                     [&](const Option& each) { return each.name == option; });
}

// Reads the listener of a capture; other commands have no operand.
std::optional<UsageError> readOperands(const Command& command, const Line& line, ControlOptions& out) {
  const std::size_t most = command.operands.empty() ? 0 : 1;
  if (line.operands.size() > most) {
    return UsageError{most == 0 ? concat(command.name, " takes no argument: \"", line.operands[0], "\"")
                                : concat("only one ", command.operands, " is allowed: \"", line.operands[1], "\""),
                      concat("megaphone ", command.name, " --help shows what it takes")};
  }
  if (most == 0) return std::nullopt;
  if (line.operands.empty()) return UsageError{"LISTENER is missing", "megaphone status has the names of all"};
  out.options.emplace_back("listener", line.operands[0]);
  return std::nullopt;
}

template <class T>
std::optional<std::string> adviceOf(config::Reading<T> reading) {
  return reading.value ? std::nullopt : std::optional(std::move(reading.advice));
}

// Returns how to write a value that the daemon would not take; nothing for one that it may take.
std::optional<std::string> adviseValue(std::string_view name, const std::string& value) {
  constexpr std::uint64_t kMostListed = 10'000;
  if (name == "limit") {
    const auto number = ascii::parseDecimal(value, kMostListed);
    return number && *number > 0 ? std::nullopt : std::optional(concat("a number from 1 to ", kMostListed));
  }
  if (name == "for") return adviceOf(config::readDuration(value));
  if (name == "max") return adviceOf(config::readSize(value));
  if (name == "client" && !IpNetwork::parse(value)) return "a network such as 10.0.0.0/8, or one address";
  return std::nullopt;
}

std::optional<UsageError> readOption(const Line::Given& given, ControlOptions& out) {
  if (given.name == "json") return std::nullopt;
  if (given.name == "force") {
    out.force = true;
    return std::nullopt;
  }
  if (given.name == "with-secrets" || given.name == "headers-only") {
    out.options.emplace_back(given.name, "yes");
    return std::nullopt;
  }
  if (given.value.empty()) return UsageError{concat("--", given.name, " cannot be empty"), "give it a value"};
  if (auto advice = adviseValue(given.name, given.value))
    return UsageError{concat("--", given.name, " cannot be \"", given.value, "\""), *std::move(advice)};
  if (given.name == "socket") {
    out.socket = given.value;
  } else if (given.name == "write") {
    out.write = given.value;
  } else if (given.name == "serve") {
    const auto port = ascii::parseDecimal(given.value, 65535);
    if (!port || *port == 0)
      return UsageError{concat("--serve: \"", given.value, "\" is not a port number"), "such as 5555"};
    out.serve = static_cast<std::uint16_t>(*port);
  } else {
    out.options.emplace_back(given.name, given.value);
  }
  return std::nullopt;
}

}  // namespace

std::variant<ControlOptions, UsageError> readControl(const Command& command, const Line& line) {
  ControlOptions out;
  out.command = command.name;
  out.json = line.has("json");
  out.shaped = has(command, "json");
  if (auto error = readOperands(command, line, out)) return *std::move(error);
  for (const Line::Given& given : line.given) {
    if (auto error = readOption(given, out)) return *std::move(error);
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
