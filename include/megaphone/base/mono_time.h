// MonoTime: a point on the monotonic clock. Pure rooms never read a clock; callers pass the time.
#pragma once

#include <chrono>
#include <cstdint>

namespace megaphone {

using Duration = std::chrono::nanoseconds;
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;
using WallTime = std::chrono::time_point<std::chrono::system_clock, Duration>;

inline MonoTime monoNow() { return std::chrono::steady_clock::now(); }
inline WallTime wallNow() { return std::chrono::system_clock::now(); }

inline double toMilliseconds(Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

}  // namespace megaphone
