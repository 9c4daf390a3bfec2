// What resolv.conf(5) says, as far as it is heeded: nameserver, search, domain, and ndots of options. Pure.
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

// Lines that are not understood are passed over. `port`: of the servers.
ResolvConf readResolvConf(std::string_view text, std::uint16_t port);

// The names to ask for in turn where `name` (a normal name) was written without a trailing dot: itself first if it has
// `ndots` dots or more, else last. Those that would be too long are left out.
std::vector<std::string> searched(const std::string& name, const std::vector<std::string>& domains,
                                  std::uint32_t ndots);

}  // namespace megaphone::connect
