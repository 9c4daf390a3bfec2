// Finds out what this process may use of the machine.
#pragma once

#include "handed_sockets.h"
#include "megaphone/config/machine.h"

namespace megaphone::app {

// The CPUs that this process may use: as many as its affinity and the quotas of its control groups allow.
unsigned usableCpus();

// Those, its hard limit of descriptors, and the sockets of systemd.
config::Machine machine(const HandedSockets& handed, config::Occasion occasion);

// Every client of a proxy may cost two descriptors. The hard limit is the operator's word; the soft one is only a
// habit.
void raiseDescriptorLimit();

}  // namespace megaphone::app
