// DescriptorMarks: how full the table of descriptors is. The kernel gives the lowest number that is free: the number of
// a new descriptor tells it, without a count of our own.
#pragma once

#include <cstdint>

namespace megaphone {

// From which number on a new descriptor is a sign of what.
struct DescriptorMarks {
  int crowded = 0;  // idle connections give way, and each request has one attempt to connect at a time
  int full = 0;     // clients are refused, for origins need descriptors, too
  int last = 0;     // accepting pauses: what is left is for the answers to those who are refused
};
DescriptorMarks marksFor(std::uint64_t limit);

// RLIMIT_NOFILE of this process.
std::uint64_t descriptorLimit();

}  // namespace megaphone
