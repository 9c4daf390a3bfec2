// The PAC file (proxy auto-configuration): tells a browser which hosts to reach through the proxy, and which directly.
// Pure.
//
// pacFile() writes the rules as JavaScript; askPac() evaluates them itself, with the same result for every URL: a
// scenario runs the served file and compares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/host_pattern.h"
#include "megaphone/base/host_port.h"
#include "megaphone/base/result.h"

namespace megaphone::setup {

struct PacRules {
  std::vector<HostPattern> exceptions;  // hosts that are reached directly
  bool fallback = false;                // everything is reached directly while the proxy cannot be reached
};

inline constexpr std::string_view kPacType = "application/x-ns-proxy-autoconfig";

// Returns the file for a browser that reaches the proxy at that address.
std::string pacFile(const PacRules& rules, const HostPort& proxy);

struct PacAnswer {
  std::string text;  // the result of FindProxyForURL: "PROXY 127.0.0.1:3128", "DIRECT"
  std::string by;    // the exception that matched; "" if none did
};
// Returns the answer for a URL, or for a host with or without a port. Fails with http_request_error (side client) for
// other text.
Result<PacAnswer> askPac(const PacRules& rules, const HostPort& proxy, std::string_view url);

}  // namespace megaphone::setup
