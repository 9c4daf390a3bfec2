#include "megaphone/base/descriptor_marks.h"

#include <sys/resource.h>

#include <algorithm>

namespace megaphone {

DescriptorMarks marksFor(std::uint64_t limit) {
  const auto table = static_cast<int>(std::min<std::uint64_t>(limit, 1 << 30));
  const int reserve = std::clamp(table / 10, 8, 256);
  return {table - 2 * reserve, table - reserve, table - reserve / 2};
}

std::uint64_t descriptorLimit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 1024;
}

}  // namespace megaphone
