#include "megaphone/cli/daemon_options.h"

#include <array>

#include "line.h"
#include "megaphone/config/keys.h"
#include "megaphone/config/load.h"
#include "megaphone/config/units.h"

namespace megaphone::cli {
namespace {

constexpr std::array<std::string_view, 4> kQuick{"proxy", "uppercase-tcp", "uppercase-udp", "allow-destination"};

// The first quick option that is given; "" for none.
std::string firstQuick(const Line& line) {
  for (const std::string_view name : kQuick) {
    if (line.has(name)) return "--" + std::string(name);
  }
  return {};
}

template <class S>
std::optional<UsageError> addListener(const Line::Given& given, std::string_view section, std::vector<S>& listeners,
                                      config::Provenance& provenance) {
  const auto endpoint = Endpoint::parse(given.value);
  if (!endpoint) {
    return UsageError{"--" + given.name + ": \"" + given.value + "\" is not an address with a port",
                      "for example --" + given.name + " 127.0.0.1:7007 or --" + given.name + " \"[::1]:7007\""};
  }
  provenance.set({section, listeners.size(), "listen"}, "option --" + given.name);
  listeners.emplace_back().listen = {{*endpoint}};
  return std::nullopt;
}

std::optional<UsageError> addDestination(const Line::Given& given, std::vector<config::NetworkEntry>& out) {
  if (given.value == config::kThisMachine) {
    out.push_back({{}, {}, true});
    return std::nullopt;
  }
  const auto reading = config::readNetworks(given.value);
  if (!reading.value)
    return UsageError{"--" + given.name + ": \"" + given.value + "\" is not a network", reading.advice};
  for (const IpNetwork& network : *reading.value) out.push_back({network, {}, false});
  return std::nullopt;
}

// The settings are held to the same rules as a file.
std::optional<UsageError> check(const config::Settings& settings) {
  const config::Loaded loaded = config::parse(config::toToml(settings), "");
  if (loaded.problems.empty()) return std::nullopt;
  return UsageError{loaded.problems.front().message, "--help shows how listeners are written"};
}

std::optional<UsageError> quickSettings(const Line& line, config::Settings& out, config::Provenance& provenance) {
  std::vector<config::NetworkEntry> destinations;
  std::optional<UsageError> error;
  for (const Line::Given& given : line.given) {
    if (given.name == "proxy") error = addListener(given, "proxy", out.proxies, provenance);
    if (given.name == "uppercase-tcp") error = addListener(given, "uppercase_tcp", out.uppercase_tcp, provenance);
    if (given.name == "uppercase-udp") error = addListener(given, "uppercase_udp", out.uppercase_udp, provenance);
    if (given.name == "allow-destination") error = addDestination(given, destinations);
    if (error) return error;
  }
  if (!destinations.empty() && out.proxies.empty()) {
    return UsageError{"--allow-destination is for --proxy", "add for example --proxy 127.0.0.1:3128"};
  }
  for (std::size_t i = 0; i < out.proxies.size() && !destinations.empty(); ++i) {
    out.proxies[i].allow_destinations = destinations;
    provenance.set({"proxy", i, "allow_destinations"}, "option --allow-destination");
  }
  config::nameListeners(out);
  return check(out);
}

// What is to be done instead of serving. Only these take the file as an operand.
std::string taskOf(const Line& line) {
  for (const std::string_view name : {"check", "print-config"}) {
    if (line.has(name)) return "--" + std::string(name);
  }
  return {};
}

std::optional<UsageError> wrongOperand(const Line& line) {
  if (line.operands.empty()) return std::nullopt;
  const std::string& first = line.operands.front();
  if (taskOf(line).empty()) {
    return UsageError{"\"" + first + "\" is not an option",
                      first.ends_with(".toml") ? "for a file write --config " + first : "--help lists the options"};
  }
  if (line.operands.size() == 1 && !line.has("config")) return std::nullopt;
  return UsageError{"only one FILE is allowed: \"" + line.operands.back() + "\"",
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
  if (line.has("version")) return Print{std::string(program.name) + " " + std::string(version()) + "\n"};
  if (line.has("print-schema")) return Print{config::toJsonSchema()};
  if (const auto error = contradiction(line)) return *error;
  DaemonOptions out;
  out.task = line.has("check") ? Task::check : line.has("print-config") ? Task::print_config : Task::serve;
  if (!firstQuick(line).empty()) {
    if (const auto error = quickSettings(line, out.quick.emplace(), out.provenance)) return *error;
    return out;
  }
  out.config_named = line.has("config") || !line.operands.empty();
  out.config_file = line.operands.empty() ? line.value("config").value_or(MEGAPHONE_CONFIG_FILE) : line.operands[0];
  if (out.config_file.empty()) return UsageError{"--config needs a file", "write --config FILE"};
  return out;
}

}  // namespace megaphone::cli
