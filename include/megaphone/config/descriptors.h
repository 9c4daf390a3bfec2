// DescriptorNeed: the descriptors that the process needs when everything is as full as its limits allow. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "megaphone/config/machine.h"
#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"

namespace megaphone::config {

inline constexpr std::string_view kDescriptorAdvice = "raise the hard limit (LimitNOFILE= of the unit, ulimit -Hn)";

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

// Lowers maxima that are defaults until everything fits into the descriptors that the process may have, but leaves them
// at least half of these, and notes that as their origin. Returns a sentence about it; "" if nothing was lowered.
std::string fitDefaults(Settings& settings, Provenance& provenance, const Machine& machine);

// Returns the need of these settings. `cpus`: as in Machine; it stands for event_loops = "auto".
DescriptorNeed descriptorNeed(const Settings& settings, unsigned cpus);

}  // namespace megaphone::config
