// HostPort: a host (name or address) and a port, as people and Host fields write them. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "megaphone/base/endpoint.h"

namespace megaphone {

struct HostPort {
  std::string host;  // a normal name (host_name.h), or an address as IpAddress writes it
  std::uint16_t port = 0;

  static HostPort of(const Endpoint& endpoint) { return {endpoint.address.text(), endpoint.port}; }
  // Reads "example.org:80", "127.0.0.1:80", "[::1]:80". A missing port becomes `standardPort`; with 0 it is required.
  static std::optional<HostPort> parse(std::string_view text, std::uint16_t standardPort = 0);

  // Returns the host as URLs have it: IPv6 addresses in brackets.
  std::string urlHost() const;
  std::string text() const;
  bool operator==(const HostPort&) const = default;
};

}  // namespace megaphone
