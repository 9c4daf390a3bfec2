// Reads resolv.conf(5): nameserver, search, domain, and ndots of options. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/base/endpoint.h"

namespace megaphone::connect {

struct ResolvConf {
  std::vector<Endpoint> servers;
  std::vector<std::string> search;  // normal names (host_name.h)
  std::uint32_t ndots = 1;
};

// Reads the text of the file; ignores lines that it does not know. `port`: of the servers.
ResolvConf readResolvConf(std::string_view text, std::uint16_t port);

// Returns the names to ask for in turn if `name` (a normal name) was written without a trailing dot: itself first if it
// has `ndots` dots or more, else last. Names that would be too long are left out.
std::vector<std::string> searched(const std::string& name, const std::vector<std::string>& domains,
                                  std::uint32_t ndots);

}  // namespace megaphone::connect
