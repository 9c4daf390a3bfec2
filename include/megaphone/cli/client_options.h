// The command line of megaphone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "megaphone/base/mono_time.h"
#include "megaphone/cli/control_options.h"
#include "megaphone/cli/usage.h"

namespace megaphone::cli {

// The questions of --ping: their number, size and pace.
struct PingOptions {
  std::optional<std::uint64_t> count;  // nothing: until Ctrl-C
  Duration interval{};
  std::size_t size = 64;              // bytes of a question
  std::optional<std::size_t> window;  // flood: no interval, but so many questions under way
};

struct ClientOptions {
  enum class Protocol : std::uint8_t { tcp, udp };
  enum class Family : std::uint8_t { any, v4, v6 };
  enum class Detail : std::uint8_t { quiet, normal, verbose };

  Protocol protocol = Protocol::tcp;
  std::string host;  // a name or an address, without brackets
  std::uint16_t port = 0;
  std::vector<std::string> messages;  // empty: from the file, the terminal or the pipe
  std::string file;                   // to be sent; empty: the standard input
  Family family = Family::any;
  Duration timeout{};            // of each silence of the server, connecting included
  Duration lookup_timeout{};     // of the name server
  std::optional<Duration> wait;  // how long to try again until the server is there
  bool verify = false;
  bool json = false;
  std::optional<PingOptions> ping;
  Detail detail = Detail::normal;
};

// Reads the whole command line, argv[0] aside.
std::variant<ClientOptions, ControlOptions, Print, UsageError> parseClient(int argc, const char* const* argv);

}  // namespace megaphone::cli
