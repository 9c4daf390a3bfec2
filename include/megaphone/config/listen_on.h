// ListenOn: the place where a listener listens, an address of its own, or a socket that systemd has opened and hands
// over under a name (sd_listen_fds_with_names(3)). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone::config {

// Advice where a port may not be bound.
inline constexpr std::string_view kLowPortAdvice =
    "a port below 1024 needs the capability CAP_NET_BIND_SERVICE, or a socket of systemd: listen = \"systemd:NAME\"";

struct ListenOn {
  Endpoint address;      // port 0: the kernel chooses, and the choice is reported
  std::string handed{};  // the name of systemd's socket; "": none, the address is bound

  // Reads "127.0.0.1:80", "[::1]:80" or "systemd:NAME"; nothing for other texts.
  static std::optional<ListenOn> parse(std::string_view text);
  // Returns what parse() reads.
  std::string text() const;
  bool operator==(const ListenOn&) const = default;
};

}  // namespace megaphone::config
