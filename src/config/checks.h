// Checks: what only several values together can get wrong. Each reports the place that comes later in the file.
#pragma once

#include "document.h"
#include "report.h"

namespace megaphone::config {

// Names are unique over all listeners.
void checkNames(const Node& root, Report& report);
// No address is listened on twice. TCP and UDP are apart; port 0 is never taken; a wildcard takes its whole family.
void checkAddresses(const Node& root, Report& report);
// Limits of one section that contradict each other.
void checkBounds(const Node& root, const Settings& settings, Report& report);
// A daemon without a listener has nothing to do.
void checkSomethingListens(const Node& root, Report& report);

}  // namespace megaphone::config
