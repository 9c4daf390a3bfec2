// Hosts as people write them in a list: names, domains, networks, and words for groups of them. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "megaphone/base/host_pattern.h"
#include "megaphone/config/units.h"

namespace megaphone::config {

// The words of networkWords() without "any", "loopback" with its names, and "plain-names".
struct HostWord {
  std::string_view word;
  std::vector<HostPattern> hosts;
};
const std::vector<HostWord>& hostWords();

// Reads "www.example.org", ".example.org", a network, or one of the words.
Reading<std::vector<HostPattern>> readHosts(std::string_view text);

}  // namespace megaphone::config
