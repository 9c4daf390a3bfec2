#include "megaphone/command/commands.h"

#include <algorithm>
#include <array>

#include "megaphone/base/ascii.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/text.h"
#include "megaphone/config/units.h"

namespace megaphone::command {
namespace {

using Advice = std::optional<std::string>;

template <class T>
Advice adviceOf(config::Reading<T> reading) {
  return reading.value ? std::nullopt : Advice(std::move(reading.advice));
}

Advice adviseDuration(const std::string& value) { return adviceOf(config::readDuration(value)); }
Advice adviseSize(const std::string& value) { return adviceOf(config::readSize(value)); }
Advice adviseNetwork(const std::string& value) {
  return IpNetwork::parse(value) ? std::nullopt : Advice("a network such as 10.0.0.0/8, or one address");
}
Advice adviseLimit(const std::string& value) {
  const auto number = ascii::parseDecimal(value, kMostListed);
  return number && *number > 0 ? std::nullopt : Advice(concat("a number from 1 to ", kMostListed));
}

constexpr Option kForm{"form", "FORM", ""};

constexpr std::array kStatusOptions{kForm};

constexpr std::array kListOptions{
    kForm,
    Option{"limit", "N", "show the N oldest at most (default, and most: 10000)", adviseLimit},
};

constexpr std::array kCaptureOptions{
    Option{"listener", "NAME", ""},
    Option{"for", "DURATION", "for this long, such as 60s (default: until Ctrl-C)", adviseDuration},
    Option{"max", "SIZE", "at most this many bytes, such as 50MiB", adviseSize},
    Option{"client", "NETWORK", "only of these clients, such as 192.168.0.0/16", adviseNetwork},
    Option{"host", "NAME", "only to this host, or *.example.org"},
    Option{"headers-only", "", "leave out content, and what passes through tunnels"},
    Option{"with-secrets", "", "do not hide the values of credentials and cookies"},
    Option{"check", "", ""},  // tells whether it would begin
};

constexpr std::array kCommands{
    Command{.name = "status",
            .operand = "",
            .doc = "how the daemon is, and what it has done",
            .more = "On a terminal, columns for people; into a pipe, columns with tabs and exact\n"
                    "figures.\n",
            .options = kStatusOptions,
            .shaped = true},
    Command{.name = "list",
            .operand = "",
            .doc = "the connections of clients at this moment",
            .more = "The oldest come first. The id is that of the access log, which has its line when\n"
                    "the exchange or tunnel is over. With --json each connection is an object on a line\n"
                    "of its own. On a terminal, columns for people; into a pipe, columns with tabs.\n",
            .options = kListOptions,
            .shaped = true},
    Command{.name = "reload",
            .operand = "",
            .doc = "have the configuration read again",
            .more = "It waits until the new configuration is in force everywhere.\n"
                    "All or nothing: with a mistake in the file everything stays as it was, the problems\n"
                    "are told with their lines, and the exit code is 70. Nobody who is being served\n"
                    "notices a reload.\n",
            .options = {}},
    Command{.name = "capture",
            .operand = "LISTENER",
            .doc = "show a listener's traffic, for Wireshark",
            .more = "What passes through the listener, as pcapng with the client's and the origin's side:\n"
                    "  megaphone capture proxy | wireshark -k -i -\n"
                    "  megaphone capture proxy --serve 5555, and wireshark -k -i TCP@127.0.0.1:5555\n"
                    "  megaphone capture proxy --for 60s --write proxy.pcapng\n",
            .options = kCaptureOptions,
            .lasting = true},
};

template <class Rows>
auto named(const Rows& rows, std::string_view name) -> decltype(&*rows.begin()) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace

const Option* Command::option(std::string_view wanted) const { return named(options, wanted); }

std::span<const Command> all() { return kCommands; }
const Command* find(std::string_view name) { return named(all(), name); }

}  // namespace megaphone::command
