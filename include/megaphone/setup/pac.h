// The PAC file: how a browser learns which hosts it asks through the proxy, and which directly. Pure.
//
// PacRules are the one table. pacFile() writes it, with the JavaScript that reads it; askPac() reads it itself, and
// answers the same for every URL: a scenario runs the served file and compares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/host_pattern.h"
#include "megaphone/base/host_port.h"
#include "megaphone/base/result.h"

namespace megaphone::setup {

struct PacRules {
  std::vector<HostPattern> exceptions;  // these are asked directly
  bool fallback = false;                // so is everything while the proxy is out of reach
};

inline constexpr std::string_view kPacType = "application/x-ns-proxy-autoconfig";

// The file for a browser that finds the proxy at that address.
std::string pacFile(const PacRules& rules, const HostPort& proxy);

struct PacAnswer {
  std::string text;  // as a browser is told: "PROXY 127.0.0.1:3128", "DIRECT"
  std::string by;    // the exception that made it so; "" for what goes the ordinary way
};
// Errors: http_request_error of the client, where that is no URL, nor a host with or without a port.
Result<PacAnswer> askPac(const PacRules& rules, const HostPort& proxy, std::string_view url);

}  // namespace megaphone::setup
