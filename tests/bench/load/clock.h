// The time that the load generator measures with.
#pragma once

#include <chrono>
#include <cstdint>

namespace bench {

using Nanoseconds = std::uint64_t;

inline Nanoseconds now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<Nanoseconds>(std::chrono::duration_cast<std::chrono::nanoseconds>(since).count());
}

inline constexpr Nanoseconds kMillisecond = 1'000'000;
inline constexpr Nanoseconds kSecond = 1'000'000'000;

inline Nanoseconds fromSeconds(double seconds) { return static_cast<Nanoseconds>(seconds * 1e9); }

}  // namespace bench
