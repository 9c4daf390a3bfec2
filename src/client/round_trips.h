// RoundTrips: statistics of round-trip times, in constant memory. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "megaphone/base/mono_time.h"

namespace megaphone::client {

class RoundTrips {
 public:
  void add(Duration duration);

  std::uint64_t count() const { return count_; }
  // REQUIRES for all below: count() > 0. These four are exact.
  Duration least() const { return least_; }
  Duration most() const { return most_; }
  Duration mean() const { return Duration(static_cast<Duration::rep>(mean_)); }
  Duration deviation() const;
  // Returns the time that `share` (0 to 1) of all took at most; at most 1/64 above the exact value.
  Duration percentile(double share) const;

  struct Bar {
    Duration from;
    Duration to;
    std::uint64_t count;
  };
  // Returns the counts from the least to the most, in ranges that grow by a constant factor, so that a long tail shows.
  std::vector<Bar> bars(std::size_t wanted) const;

 private:
  // Up to 2^47 ns, more than a day; each power of two in 64 parts.
  static constexpr unsigned kPartBits = 6;
  static constexpr std::size_t kParts = std::size_t{1} << kPartBits;
  static constexpr std::size_t kSlots = (48 - kPartBits + 1) * kParts;
  static std::size_t slotOf(std::uint64_t nanoseconds);
  static std::uint64_t slotEnd(std::size_t slot);

  std::array<std::uint64_t, kSlots> slots_{};
  std::uint64_t count_ = 0;
  Duration least_{};
  Duration most_{};
  double mean_ = 0;
  double squares_ = 0;  // the sum of squared distances from the mean (Welford)
};

}  // namespace megaphone::client
