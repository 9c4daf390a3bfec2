// Machine: the facts outside of the file that a configuration is checked against. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "megaphone/base/endpoint.h"

namespace megaphone::config {

// A socket that systemd hands over.
struct HandedSocket {
  std::string name;
  std::optional<Transport> transport;  // nothing: neither a listening TCP socket nor a UDP socket
  Endpoint address;
};

// The occasion of a check, which decides what is examined besides the text.
enum class Occasion : std::uint8_t {
  none,    // nothing: the text alone
  start,   // the file system, for paths of one file
  reload,  // the same
  check,   // all that a start would detect
};

struct Machine {
  unsigned cpus = 0;                                   // that the process may use; 0: unknown
  std::uint64_t descriptors = 0;                       // its hard limit; 0: unknown
  std::optional<std::vector<HandedSocket>> sockets{};  // all of them; nothing: unknown
  Occasion occasion = Occasion::none;
};

}  // namespace megaphone::config
