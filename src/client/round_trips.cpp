#include "round_trips.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace megaphone::client {

std::size_t RoundTrips::slotOf(std::uint64_t nanoseconds) {
  if (nanoseconds < kParts) return static_cast<std::size_t>(nanoseconds);
  const auto power = static_cast<unsigned>(std::bit_width(nanoseconds)) - 1;
  const std::size_t part = static_cast<std::size_t>(nanoseconds >> (power - kPartBits)) & (kParts - 1);
  return std::min((power - kPartBits + 1) * kParts + part, kSlots - 1);
}

// The largest value that belongs there.
std::uint64_t RoundTrips::slotEnd(std::size_t slot) {
  if (slot < kParts) return slot;
  const std::size_t shift = slot / kParts - 1;
  return ((kParts + slot % kParts + 1) << shift) - 1;
}

void RoundTrips::add(Duration duration) {
  duration = std::max(duration, Duration::zero());
  least_ = count_ == 0 ? duration : std::min(least_, duration);
  most_ = std::max(most_, duration);
  ++count_;
  const auto value = static_cast<double>(duration.count());
  const double before = value - mean_;
  mean_ += before / static_cast<double>(count_);
  squares_ += before * (value - mean_);
  ++slots_[slotOf(static_cast<std::uint64_t>(duration.count()))];
}

Duration RoundTrips::deviation() const {
  return Duration(static_cast<Duration::rep>(std::sqrt(squares_ / static_cast<double>(count_))));
}

Duration RoundTrips::percentile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t below = 0;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    below += slots_[slot];
    if (below >= wanted && below > 0) {
      return std::clamp(Duration(static_cast<Duration::rep>(slotEnd(slot))), least_, most_);
    }
  }
  return most_;
}

std::vector<RoundTrips::Bar> RoundTrips::bars(std::size_t wanted) const {
  const double low = std::max<double>(static_cast<double>(least_.count()), 1);
  const double high = std::max<double>(static_cast<double>(most_.count()), low);
  // Narrower ranges than two parts would show the parts and not the answers.
  const double possible = std::log2(high / low) * kParts / 2;
  const auto number = static_cast<std::size_t>(std::clamp<double>(possible, 1, static_cast<double>(wanted)));
  std::vector<Bar> out;
  std::size_t slot = 0;
  Duration from = least_;
  for (std::size_t i = 1; i <= number; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(number);
    const Duration to = i == number ? most_ : Duration(static_cast<Duration::rep>(low * std::pow(high / low, share)));
    Bar bar{from, to, 0};
    const std::size_t last = slotOf(static_cast<std::uint64_t>(to.count()));
    for (; slot <= last; ++slot) bar.count += slots_[slot];
    out.push_back(bar);
    from = to;
  }
  return out;
}

}  // namespace megaphone::client
