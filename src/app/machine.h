// What this process may use of the machine.
#pragma once

#include "megaphone/config/descriptors.h"

namespace megaphone::app {

// The CPUs of this process and its hard limit of descriptors.
config::Machine machine();

// Every client of a proxy may cost two descriptors. The hard limit is the operator's word; the soft one is only a
// habit.
void raiseDescriptorLimit();

}  // namespace megaphone::app
