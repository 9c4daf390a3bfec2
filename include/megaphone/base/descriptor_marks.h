// DescriptorMarks: thresholds for measures against a shortage of descriptors. The kernel gives out the lowest free
// number, so the number of a new descriptor shows how many are in use without a count of our own.
#pragma once

#include <cstdint>

namespace megaphone {

// The descriptor numbers from which on each measure applies.
struct DescriptorMarks {
  int crowded = 0;  // idle connections give way, and each request has one attempt to connect at a time
  int full = 0;     // clients are refused, so that origins still get descriptors
  int last = 0;     // accepting pauses: the rest is for the answers to refused clients
};
// Returns the marks for a process that may have `limit` descriptors.
DescriptorMarks marksFor(std::uint64_t limit);

// Returns RLIMIT_NOFILE of this process.
std::uint64_t descriptorLimit();

}  // namespace megaphone
