#include "machine.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

namespace megaphone::app {
unsigned usableCpus() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

config::Machine machine(const HandedSockets& handed) {
  rlimit limit{};
  const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0;
  return {usableCpus(), known ? limit.rlim_max : 0, handed.all()};
}

void raiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace megaphone::app
