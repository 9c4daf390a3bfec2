// The table of options and commands. Those that ask the daemon are in command/commands.cpp.
#include "megaphone/cli/program.h"

#include <array>
#include <vector>

#include "megaphone/command/commands.h"

namespace megaphone::cli {
namespace {

constexpr Option kHelp{"help", "h", "", false, "show this and end"};
constexpr Option kVersion{"version", "", "", false, "show the version and end"};

constexpr std::array kDaemonOptions{
    Option{"config", "c", "FILE", false, "the configuration (default: " MEGAPHONE_CONFIG_FILE ")"},
    Option{"check", "", "", false, "report every problem of the configuration, and end; also --check FILE"},
    Option{"print-config", "", "", false, "print every value in force and where it comes from, and end"},
    Option{"print-schema", "", "", false, "print a JSON Schema of the configuration, for editors, and end"},
    Option{"proxy", "", "ADDR:PORT", true, "without a file: an HTTP proxy"},
    Option{"uppercase-tcp", "", "ADDR:PORT", true, "without a file: capitals over TCP"},
    Option{"uppercase-udp", "", "ADDR:PORT", true, "without a file: capitals over UDP"},
    Option{"allow-destination", "", "NETWORK", true, "let --proxy reach it, such as 127.0.0.0/8, loopback or private"},
    kVersion,
    kHelp,
};

constexpr std::string_view kDaemonMore =
    "A quick try, without a file:\n"
    "  megaphoned --proxy 127.0.0.1:3128 --uppercase-tcp 127.0.0.1:7007 --uppercase-udp 127.0.0.1:7007\n"
    "\n"
    "Exit codes: 0 stopped or checked, 64 wrong options, 71 cannot start (such as an address that is taken),\n"
    "73 cannot open the log file, 78 wrong configuration.\n"
    "Signals: TERM and INT finish what is under way and end, a second one ends at once; HUP reads the\n"
    "configuration again, all or nothing; USR1 opens the log files anew.\n";

constexpr std::array kTalkOptions{
    Option{"ipv4", "4", "", false, "IPv4 only"},
    Option{"ipv6", "6", "", false, "IPv6 only"},
    Option{"timeout", "", "DURATION", false,
           "how long to wait without an answer, such as 500ms or 5s (default: 10s by TCP, 2s by UDP)"},
    Option{"wait", "", "[=DURATION]", false, "try again until the server is there, for 30s or DURATION"},
    Option{"file", "f", "FILE", false, "send what is in FILE, whatever its size; - is the standard input"},
    Option{"verify", "", "", false, "check that every answer is exactly what was sent, in capitals"},
    Option{"json", "", "", false, "on stdout an object for each answer, and one at the end"},
    Option{"ping", "", "", false, "ask again and again, and tell losses, mistakes and round trips"},
    Option{"count", "c", "NUMBER", false, "with --ping: how many questions (default: until Ctrl-C)"},
    Option{"interval", "i", "DURATION", false, "with --ping: from one question to the next (default: 1s)"},
    Option{"size", "s", "BYTES", false, "with --ping: of a question, from 41 to 65507 (default: 64)"},
    Option{"flood", "", "[=WINDOW]", false,
           "with --ping: without an interval, WINDOW questions under way (default: 16)"},
    Option{"quiet", "q", "", false, "nothing on stderr; the exit code tells"},
    Option{"verbose", "v", "", false, "every step on stderr, and how long each took"},
    kHelp,
};

constexpr Option kProxy{"proxy", "", "HOST:PORT", false, "where the proxy is (default: 127.0.0.1:3128)"};

constexpr std::array kSetupOptions{kProxy, kHelp};

constexpr std::array kPacOptions{
    Option{"config", "c", "FILE", false,
           "whose configuration (default: " MEGAPHONE_CONFIG_FILE ", where there is one)"},
    Option{"listener", "", "NAME", false, "which of its proxies (default: the first)"},
    Option{"proxy", "", "HOST:PORT", false, "where browsers find it (default: where it listens)"},
    kHelp,
};

constexpr Option kSocket{"socket", "", "PATH", false,
                         "the daemon's control socket, where it is not in its usual place"};
constexpr Option kJson{"json", "", "", false, "for programs"};

constexpr std::array kLastingOptions{
    Option{"write", "w", "FILE", false, "into a new file, for its owner alone (default: stdout)"},
    Option{"force", "", "", false, "replace the file that is there by the new one"},
    Option{"serve", "", "PORT", false, "to one reader on this port of 127.0.0.1"},
};

// Returns the options of a command that asks the daemon: those passed on to it, and our own.
std::vector<Option> optionsOf(const command::Command& asked) {
  std::vector<Option> out;
  for (const command::Option& each : asked.options) {
    if (!each.doc.empty()) out.push_back({each.name, "", each.argument, false, each.doc});
  }
  if (asked.lasting) out.insert(out.end(), kLastingOptions.begin(), kLastingOptions.end());
  if (asked.shaped) out.push_back(kJson);
  out.insert(out.end(), {kSocket, kHelp});
  return out;
}

constexpr std::array kNoOptions{kHelp};

constexpr std::string_view kTcpMore =
    "Each MESSAGE is sent as a line. Without one, lines are read from the terminal, or everything from a pipe as it\n"
    "comes. Answers go to stdout, all else to stderr.\n"
    "\n"
    "HOST PORT may be written HOST:PORT, an IPv6 address with a port as [::1]:7007.\n"
    "Everything after -- is an argument: megaphone tcp 127.0.0.1 7007 -- -v\n";

constexpr std::string_view kUdpMore =
    "Each MESSAGE is sent as a datagram. Without one, each line from the terminal or the pipe is one. Answers go to\n"
    "stdout, all else to stderr.\n"
    "\n"
    "HOST PORT may be written HOST:PORT, an IPv6 address with a port as [::1]:7007.\n"
    "Everything after -- is an argument: megaphone udp 127.0.0.1 7007 -- -v\n";

constexpr std::string_view kSetupMore =
    "Prints what to type so that NAME uses the proxy, a line to test it, and how to\n"
    "undo it. Nothing is changed. Without NAME it lists what there is. The proxy shows\n"
    "the same at /setup of its own address.\n";

constexpr std::string_view kPacMore =
    "Browsers that are given the PAC file of the proxy (/proxy.pac or /wpad.dat at its\n"
    "address) ask it about every URL. This tells the answers, by the table that writes\n"
    "the file. pac_exceptions and pac_fallback change it.\n";

// All commands of megaphone; those that ask the daemon follow from the table of these.
class ClientCommands {
 public:
  ClientCommands() {
    commands_ = {
        {"tcp", "HOST PORT [MESSAGE...]", "talk to an uppercase listener over TCP", kTcpMore, kTalkOptions},
        {"udp", "HOST PORT [MESSAGE...]", "talk to an uppercase listener over UDP", kUdpMore, kTalkOptions},
    };
    for (const command::Command& each : command::all()) asked_.push_back(optionsOf(each));
    for (std::size_t i = 0; i < asked_.size(); ++i) {
      const command::Command& each = command::all()[i];
      commands_.push_back({each.name, each.operand, each.doc, each.more, asked_[i]});
    }
    commands_.insert(commands_.end(),
                     {{"setup", "[NAME]", "tell how to point a program at the proxy", kSetupMore, kSetupOptions},
                      {"pac", "URL...", "tell which URLs browsers ask the proxy for", kPacMore, kPacOptions},
                      {"help", "[COMMAND]", "explain a command", "", kNoOptions}});
  }
  std::span<const Command> all() const { return commands_; }

 private:
  std::vector<std::vector<Option>> asked_;
  std::vector<Command> commands_;
};

constexpr std::array kClientOptions{kVersion, kHelp};

constexpr std::string_view kClientMore =
    "Try, with megaphoned running:\n"
    "  megaphone tcp 127.0.0.1 7007 \"hello, world\"\n"
    "  curl -x 127.0.0.1:3128 http://megaphone.internal/\n"
    "\n"
    "Exit codes: 0 done, 69 nobody is there, 75 no answer; all: man megaphone\n"
    "\n"
    "More about a command: megaphone COMMAND --help\n";

}  // namespace

const Program& daemonProgram() {
  static constexpr Program program{
      "megaphoned", "answers TCP and UDP in capitals, and forwards HTTP", kDaemonMore, kDaemonOptions, {}};
  return program;
}

const Program& clientProgram() {
  static const ClientCommands commands;
  static const Program program{"megaphone", "talks to megaphoned, and points programs at its proxy", kClientMore,
                               kClientOptions, commands.all()};
  return program;
}

}  // namespace megaphone::cli
