// descriptors: how many the process may need when everything is as full as its limits allow. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "megaphone/config/settings.h"

namespace megaphone::config {

struct DescriptorNeed {
  struct Part {
    std::string what;  // "for proxy (2 x max_connections)": of each client, and of its origin
    std::uint64_t count = 0;
  };
  std::vector<Part> parts;

  std::uint64_t total() const;
  // "40000 for proxy (2 x max_connections) + 10000 for …", the largest first.
  std::string sum() const;
};

// `cpus`: as in Machine; it stands for event_loops = "auto".
DescriptorNeed descriptorNeed(const Settings& settings, unsigned cpus);

}  // namespace megaphone::config
