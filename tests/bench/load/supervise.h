// Runs a server as the reaper of all that it starts, so that its whole tree can be found below this process, its CPU
// time is not lost when parts of it end, and none of it is left.
#pragma once

#include <string>

namespace bench {

// `cpu` -1: any. Returns when the tree is gone; SIGTERM ends it.
int supervise(int cpu, const std::string& log, char** command);
// Uses one CPU fully for a while: a hypervisor that takes it away shows only then.
int spin(int cpu, long milliseconds);

}  // namespace bench
