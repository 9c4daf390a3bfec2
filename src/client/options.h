// What the person asked for, as the client's parts need it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnosis.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::client {

enum class Family { any, v4, v6 };

inline constexpr Duration kTcpTimeout = std::chrono::seconds(10);
inline constexpr Duration kUdpTimeout = std::chrono::seconds(2);

struct Options {
  Transport transport = Transport::tcp;
  std::string host;
  std::string port;
  std::vector<std::string> messages;  // none: the standard input
  Family family = Family::any;
  std::optional<Duration> timeout;  // how long to wait for the server when nothing moves
};

}  // namespace megaphone::client
