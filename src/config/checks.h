// Checks: what only several values together can get wrong. Each reports the place that comes later in the file.
#pragma once

#include "document.h"
#include "megaphone/config/machine.h"
#include "megaphone/config/settings.h"
#include "report.h"

namespace megaphone::config {

// Names are unique over all listeners.
void checkNames(const Node& root, Report& report);
// No address, and no socket of systemd, is listened on twice. TCP and UDP are apart; port 0 is never taken; a wildcard
// takes its whole family.
void checkAddresses(const Node& root, Report& report);
// Every socket that systemd hands over has a listener, and every listener that wants one has it; where that is known.
void checkHandedSockets(const Node& root, const Machine& machine, Report& report);
// A warning where everybody in the world may use a proxy.
void checkOpenProxies(const Node& root, const Settings& settings, const Machine& machine, Report& report);
// A daemon without a listener has nothing to do.
void checkSomethingListens(const Node& root, Report& report);
// No file is used for two things: two writers would cut each other's lines, and a capture makes its file anew, whatever
// was in it. The file system is looked at where the occasion is not Occasion::none.
void checkFiles(const Node& root, const Settings& settings, const Machine& machine, Report& report);
// What a start would find out: folders, the group of the control socket, addresses. As the user who asks.
void checkStart(const Node& root, const Settings& settings, Report& report);
// A warning where name servers are waited for longer than any proxy waits for them.
void checkLookups(const Node& root, const Settings& settings, Report& report);
// A warning where all limits together need more descriptors than there are.
void checkDescriptors(const Node& root, const Settings& settings, const Machine& machine, Report& report);

}  // namespace megaphone::config
