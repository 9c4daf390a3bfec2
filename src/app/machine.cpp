#include "machine.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

#include "cpu_quota.h"

namespace megaphone::app {

unsigned usableCpus() {
  cpu_set_t set;
  const int allowed = ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  const auto cpus = static_cast<unsigned>(std::max(1, allowed));
  return std::min(cpus, cpuQuota().value_or(cpus));
}

config::Machine machine(const HandedSockets& handed, config::Occasion occasion) {
  rlimit limit{};
  const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
  return {usableCpus(), known ? limit.rlim_max : 0, handed.all(), occasion};
}

void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace megaphone::app
