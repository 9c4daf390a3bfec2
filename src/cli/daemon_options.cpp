#include "megaphone/cli/daemon_options.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "line.h"
#include "megaphone/base/text.h"
#include "megaphone/config/keys.h"
#include "megaphone/config/listener_kinds.h"
#include "megaphone/config/options.h"

namespace megaphone::cli {
namespace {

constexpr std::array<std::string_view, 4> kQuick{"proxy", "uppercase-tcp", "uppercase-udp", "allow-destination"};

// Returns the first quick option that is given; "" for none.
std::string firstQuick(const Line& line) {
  for (const std::string_view name : kQuick) {
    if (line.has(name)) return concat("--", name);
  }
  return {};
}

constexpr std::string_view kDestination = "allow-destination";

// Returns the section of the listener that a quick option makes; "" for other options.
std::string_view sectionOf(std::string_view option) {
  std::string_view section;
  config::forEachListenerKind([&](const config::ListenerKind& kind) {
    if (kind.word == option) section = kind.section;
  });
  return section;
}

std::size_t countOf(std::span<const config::OptionValue> values, std::string_view section) {
  const auto same = [&](const config::OptionValue& each) { return each.value.section == section; };
  return static_cast<std::size_t>(std::count_if(values.begin(), values.end(), same));
}

// Refuses what is not an address with a port, and sockets of systemd, which are for a file.
std::optional<UsageError> wrongAddress(const Line::Given& given) {
  if (Endpoint::parse(given.value)) return std::nullopt;
  return UsageError{concat("--", given.name, ": \"", given.value, "\" is not an address with a port"),
                    concat("for example --", given.name, " 127.0.0.1:7007 or --", given.name, " \"[::1]:7007\"")};
}

// Returns the values of the quick options. Destinations are for every proxy.
std::vector<config::OptionValue> quickValues(const Line& line) {
  std::vector<config::OptionValue> out;
  for (const Line::Given& given : line.given) {
    const std::string_view section = sectionOf(given.name);
    if (!section.empty()) out.push_back({"--" + given.name, {section, countOf(out, section), "listen"}, given.value});
  }
  const std::size_t proxies = countOf(out, "proxy");
  for (const Line::Given& given : line.given) {
    for (std::size_t i = 0; i < proxies && given.name == kDestination; ++i)
      out.push_back({"--" + given.name, {"proxy", i, "allow_destinations"}, given.value});
  }
  return out;
}

std::optional<UsageError> quickSettings(const Line& line, DaemonOptions& out) {
  for (const Line::Given& given : line.given) {
    if (sectionOf(given.name).empty()) continue;
    if (auto error = wrongAddress(given)) return error;
  }
  if (line.has(kDestination) && !line.has("proxy"))
    return UsageError{"--allow-destination is for --proxy", "add for example --proxy 127.0.0.1:3128"};
  config::Loaded loaded = config::fromOptions(quickValues(line));
  if (!loaded.settings) {
    const config::Problem& problem = loaded.problems.front();
    return UsageError{problem.message, problem.help.empty() ? "--help shows how listeners are written" : problem.help};
  }
  out.quick = std::move(loaded.settings);
  out.provenance = std::move(loaded.provenance);
  return std::nullopt;
}

// Returns the option that asks for something else than serving; "" for none. Only these take the file as an operand.
std::string taskOf(const Line& line) {
  for (const std::string_view name : {"check", "print-config"}) {
    if (line.has(name)) return concat("--", name);
  }
  return {};
}

std::optional<UsageError> wrongOperand(const Line& line) {
  if (line.operands.empty()) return std::nullopt;
  const std::string& first = line.operands.front();
  if (taskOf(line).empty()) {
    return UsageError{concat("\"", first, "\" is not an option"),
                      first.ends_with(".toml") ? "for a file write --config " + first : "--help lists the options"};
  }
  if (line.operands.size() == 1 && !line.has("config")) return std::nullopt;
  return UsageError{concat("only one FILE is allowed: \"", line.operands.back(), "\""),
                    taskOf(line) + " takes one at a time"};
}

std::optional<UsageError> contradiction(const Line& line) {
  if (auto error = wrongOperand(line)) return error;
  if (line.has("check") && line.has("print-config")) {
    return UsageError{"--check and --print-config do not go together",
                      "--print-config tells the problems of the file, too"};
  }
  const std::string quick = firstQuick(line);
  if (quick.empty()) return std::nullopt;
  if (line.has("config") || !line.operands.empty()) {
    return UsageError{quick + " is for a try without a file and cannot go with one", "write it into the file instead"};
  }
  if (line.has("check")) {
    return UsageError{quick + " is for a try without a file, and --check checks a file", "leave one of them out"};
  }
  return std::nullopt;
}

}  // namespace

std::variant<DaemonOptions, Print, UsageError> parseDaemon(int argc, const char* const* argv) {
  using Task = DaemonOptions::Task;
  const Program& program = daemonProgram();
  const Line line = readLine(program.options, argc, argv);
  if (line.error) return *line.error;
  if (line.has("help")) return Print{helpText(program)};
  if (line.has("version")) return Print{concat(program.name, " ", version(), "\n")};
  if (line.has("print-schema")) return Print{config::toJsonSchema()};
  if (const auto error = contradiction(line)) return *error;
  DaemonOptions out;
  out.task = line.has("check") ? Task::check : line.has("print-config") ? Task::print_config : Task::serve;
  if (!firstQuick(line).empty()) {
    if (const auto error = quickSettings(line, out)) return *error;
    return out;
  }
  out.config_named = line.has("config") || !line.operands.empty();
  out.config_file = line.operands.empty() ? line.value("config").value_or(MEGAPHONE_CONFIG_FILE) : line.operands[0];
  if (out.config_file.empty()) return UsageError{"--config needs a file", "write --config FILE"};
  return out;
}

}  // namespace megaphone::cli
