// CpuQuota: how many CPUs the control groups of this process let it use (CPUQuota= of systemd, --cpus of docker).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace megaphone::app {

// The smallest quota of the groups of this process and of those around them, in CPUs, rounded up; nothing for none.
// `root`: where the control groups are mounted; `groups`: the text of /proc/self/cgroup (cgroups(7)).
std::optional<unsigned> cpuQuota(const std::string& root, std::string_view groups);
std::optional<unsigned> cpuQuota();  // of this process, as it is now

}  // namespace megaphone::app
