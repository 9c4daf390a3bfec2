#include "megaphone/cli/client_options.h"
#include "megaphone/base/text.h"

#include <algorithm>
#include <span>

#include "control_line.h"
#include "line.h"
#include "megaphone/base/ascii.h"
#include "megaphone/base/nearest.h"
#include "megaphone/config/units.h"
#include "setup_commands.h"

namespace megaphone::cli {
namespace {

using namespace std::chrono_literals;
using Outcome = std::variant<ClientOptions, ControlOptions, Print, UsageError>;

const Command* findCommand(std::string_view name) {
  const auto commands = clientProgram().commands;
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const Command& each) { return each.name == name; });
  return found == commands.end() ? nullptr : &*found;
}

UsageError unknownCommand(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Command& command : clientProgram().commands) names.push_back(command.name);
  std::string help = "megaphone help lists the commands";
  if (const auto meant = nearest(name, names)) {
    help = concat("did you mean megaphone ", *meant, "?");
  } else if (name.find_first_of(".:") != std::string::npos) {
    help = concat("say how to talk to it: megaphone tcp ", name, " ... or megaphone udp ", name, " ...");
  }
  return {concat("there is no command \"", name, "\""), help};
}

// HOST PORT or HOST:PORT in front of the operands.
struct Target {
  std::string host;
  std::string port;
  std::size_t used = 0;  // operands
};

Target splitTarget(const std::vector<std::string>& operands) {
  const std::string& first = operands.front();
  std::string_view host = first;
  std::string_view port;
  if (host.starts_with('[')) {
    const std::size_t close = host.find(']');
    if (close != std::string_view::npos) {
      const std::string_view rest = host.substr(close + 1);
      host = host.substr(1, close - 1);
      if (rest.starts_with(':')) return {std::string(host), std::string(rest.substr(1)), 1};
    }
  } else if (std::count(first.begin(), first.end(), ':') == 1) {
    const std::size_t colon = first.find(':');
    return {first.substr(0, colon), first.substr(colon + 1), 1};
  }
  if (operands.size() > 1) port = operands[1];
  return {std::string(host), std::string(port), 2};
}

// Returns advice if the first operand was meant as the value of --wait or --flood; else "".
std::string adviseJoined(const Line& line) {
  const std::string& first = line.operands.front();
  const auto without = [&](std::string_view option) { return line.value(option) == std::string(); };
  if (without("wait") && config::readDuration(first).value) return "a value of --wait is joined to it: --wait=" + first;
  if (without("flood") && ascii::parseDecimal(first, UINT16_MAX))
    return "a value of --flood is joined to it: --flood=" + first;
  return {};
}

std::optional<UsageError> readTarget(const Command& command, const Line& line, ClientOptions& out) {
  const std::vector<std::string>& operands = line.operands;
  const std::string example = concat("for example megaphone ", command.name, " 127.0.0.1 7007 hello");
  if (operands.empty()) return UsageError{"HOST and PORT are missing", example};
  const Target target = splitTarget(operands);
  const std::string joined = adviseJoined(line);
  if (target.host.empty()) return UsageError{"HOST is empty", example};
  if (target.port.empty())
    return UsageError{concat("PORT is missing after \"", operands.front(), "\""), joined.empty() ? example : joined};
  const auto port = ascii::parseDecimal(target.port, 65535);
  if (!port || *port == 0)
    return UsageError{concat("\"", target.port, "\" is not a port number"),
                      joined.empty() ? "a port is a number from 1 to 65535" : joined};
  out.host = target.host;
  out.port = static_cast<std::uint16_t>(*port);
  out.messages.assign(operands.begin() + static_cast<std::ptrdiff_t>(target.used), operands.end());
  return std::nullopt;
}

std::optional<UsageError> readDuration(const Line& line, std::string_view name, Duration& out) {
  const std::string text = line.value(name).value_or("");
  const std::string option = concat("--", name);
  const auto reading = config::readDuration(text);
  if (!reading.value) return UsageError{concat(option, ": \"", text, "\" is not a duration"), reading.advice};
  if (*reading.value <= Duration(0) || *reading.value > Duration(24h)) {
    return UsageError{concat(option, " ", text, " is out of range"), "it can be from 1ms to 24h"};
  }
  out = *reading.value;
  return std::nullopt;
}

std::optional<UsageError> readTimeout(const Line& line, ClientOptions& out) {
  const bool tcp = out.protocol == ClientOptions::Protocol::tcp;
  out.timeout = tcp ? Duration(10s) : Duration(2s);
  out.lookup_timeout = 10s;  // getaddrinfo asks a second time after 5s
  if (!line.has("timeout")) return std::nullopt;
  const auto error = readDuration(line, "timeout", out.timeout);
  out.lookup_timeout = out.timeout;
  return error;
}

std::optional<UsageError> readWait(const Line& line, ClientOptions& out) {
  if (!line.has("wait")) return std::nullopt;
  out.wait = 30s;
  return line.value("wait")->empty() ? std::nullopt : readDuration(line, "wait", *out.wait);
}

std::optional<UsageError> readInput(const Line& line, ClientOptions& out) {
  const auto file = line.value("file");
  if (!file) return std::nullopt;
  if (file->empty()) return UsageError{"--file needs a file", "write --file FILE"};
  if (!out.messages.empty()) {
    return UsageError{concat("--file and messages do not go together: \"", out.messages.front(), "\""),
                      "leave one of them out"};
  }
  out.file = *file;
  return std::nullopt;
}

// Reads the decimal value of option `name`.
std::optional<UsageError> readNumber(const Line& line, std::string_view name, std::uint64_t least, std::uint64_t most,
                                     std::uint64_t& out) {
  const std::string text = line.value(name).value_or("");
  const auto number = ascii::parseDecimal(text, most);
  if (!number || *number < least) {
    return UsageError{concat("--", name, " ", text, " is out of range"),
                      concat("it can be from ", least, " to ", most)};
  }
  out = *number;
  return std::nullopt;
}

std::optional<UsageError> readPingNumbers(const Line& line, PingOptions& out) {
  std::uint64_t number = 0;
  if (line.has("count")) {
    if (auto error = readNumber(line, "count", 1, UINT32_MAX, number)) return error;
    out.count = number;
  }
  if (line.has("size")) {
    if (auto error = readNumber(line, "size", 41, 65507, number)) return error;
    out.size = number;
  }
  if (!line.has("flood")) return std::nullopt;
  out.window = 16;
  if (line.value("flood")->empty()) return std::nullopt;
  if (auto error = readNumber(line, "flood", 1, 65536, number)) return error;
  out.window = number;
  return std::nullopt;
}

std::optional<UsageError> readPing(const Line& line, ClientOptions& out) {
  for (const std::string_view name : {"count", "interval", "size", "flood"}) {
    if (!line.has("ping") && line.has(name)) {
      return UsageError{concat("--", name, " is for --ping"), "add --ping, or leave it out"};
    }
  }
  if (!line.has("ping")) return std::nullopt;
  if (!out.messages.empty() || !out.file.empty()) {
    return UsageError{"--ping makes its messages itself", "leave the message or the file out"};
  }
  if (line.has("wait"))
    return UsageError{"--ping does not wait for the server: it counts what is lost", "leave --wait out"};
  if (line.has("flood") && line.has("interval")) {
    return UsageError{"--flood and --interval contradict each other", "leave one out"};
  }
  PingOptions& ping = out.ping.emplace();
  ping.interval = 1s;
  if (line.has("interval")) {
    if (auto error = readDuration(line, "interval", ping.interval)) return error;
  }
  return readPingNumbers(line, ping);
}

std::optional<UsageError> readFlags(const Line& line, ClientOptions& out) {
  if (line.has("ipv4") && line.has("ipv6"))
    return UsageError{"-4 and -6 contradict each other", "leave one out, or both"};
  if (line.has("quiet") && line.has("verbose")) return UsageError{"-q and -v contradict each other", "leave one out"};
  if (line.has("ipv4")) out.family = ClientOptions::Family::v4;
  if (line.has("ipv6")) out.family = ClientOptions::Family::v6;
  if (line.has("quiet")) out.detail = ClientOptions::Detail::quiet;
  if (line.has("verbose")) out.detail = ClientOptions::Detail::verbose;
  out.verify = line.has("verify");
  out.json = line.has("json");
  return std::nullopt;
}

Outcome parseTalk(const Command& command, const Line& line) {
  ClientOptions out;
  out.protocol = command.name == "udp" ? ClientOptions::Protocol::udp : ClientOptions::Protocol::tcp;
  if (const auto error = readTarget(command, line, out)) return *error;
  if (const auto error = readTimeout(line, out)) return *error;
  if (const auto error = readWait(line, out)) return *error;
  if (const auto error = readInput(line, out)) return *error;
  if (const auto error = readPing(line, out)) return *error;
  if (const auto error = readFlags(line, out)) return *error;
  return out;
}

Outcome outcomeOf(const Answered& answer) {
  return std::visit([](const auto& each) { return Outcome(each); }, answer);
}

Outcome parseControl(const Command& command, const Line& line) {
  auto read = readControl(*command::find(command.name), line);
  if (auto* error = std::get_if<UsageError>(&read)) return std::move(*error);
  return std::get<ControlOptions>(std::move(read));
}

Outcome parseHelp(const Line& line) {
  if (line.operands.empty()) return Print{helpText(clientProgram())};
  const Command* command = findCommand(line.operands.front());
  if (!command) return unknownCommand(line.operands.front());
  return Print{helpText(clientProgram(), *command)};
}

// Reads a line without a command: --help, --version, or nothing at all.
Outcome parseAlone(int argc, const char* const* argv) {
  const Program& program = clientProgram();
  const Line line = readLine(program.options, argc, argv);
  if (line.error) {
    const Line later = readLine(findCommand("tcp")->options, argc, argv);
    if (later.error) return *line.error;
    return UsageError{line.error->message + " in front of the command",
                      "options follow the command: megaphone tcp [OPTIONS] HOST PORT"};
  }
  if (line.has("version")) return Print{concat(program.name, " ", version(), "\n")};
  return Print{helpText(program)};
}

}  // namespace

Outcome parseClient(int argc, const char* const* argv) {
  const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() < 2 || std::string_view(arguments[1]).starts_with('-')) return parseAlone(argc, argv);
  const Command* command = findCommand(arguments[1]);
  if (!command) return unknownCommand(arguments[1]);
  // The parser skips the first argument: here the command.
  const auto rest = arguments.subspan(1);
  const Line line = readLine(command->options, static_cast<int>(rest.size()), rest.data());
  if (line.error) return *line.error;
  if (line.has("help")) return Print{helpText(clientProgram(), *command)};
  if (command->name == "help") return parseHelp(line);
  if (command->name == "setup") return outcomeOf(answerSetup(line));
  if (command->name == "pac") return outcomeOf(answerPac(line));
  return command->name == "tcp" || command->name == "udp" ? parseTalk(*command, line) : parseControl(*command, line);
}

}  // namespace megaphone::cli
