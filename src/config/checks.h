// Checks: what only several values together can get wrong, or a value beside the machine. A new check is a function of
// this form and a row in checks.cpp. Each reports the place that comes later in the file.
#pragma once

#include <string>

#include "megaphone/config/machine.h"
#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"
#include "report.h"

namespace megaphone::config {

// What is checked. Values that could not be read have their defaults, and lists the elements that could be.
struct CheckedSettings {
  const Settings& settings;
  const Provenance& provenance;
  const Machine& machine;
  Report& report;
};

void checkAll(const CheckedSettings& all);

// Reports an address, or a socket of systemd, that is listened on twice. TCP and UDP are apart; port 0 is never taken;
// a wildcard takes its whole family.
void checkAddresses(const CheckedSettings& all);
// Reports a socket that systemd hands over and no listener takes, and a listener whose socket is not handed over; where
// the sockets are known.
void checkHandedSockets(const CheckedSettings& all);
// Warns where everybody in the world may use a proxy.
void checkOpenProxies(const CheckedSettings& all);
// Reports a file that is used for two things: two writers would cut each other's lines, and a capture makes its file
// anew, whatever was in it. The file system is looked at where the occasion is not Occasion::none.
void checkFiles(const CheckedSettings& all);
// Reports what a start would find out: folders, the group of the control socket, addresses. As the user who asks, and
// where the occasion is Occasion::check.
void checkStart(const CheckedSettings& all);

// Returns "line 3, column 10".
std::string placeText(const Span& where);
// Returns "it is at line 3, column 10 already"; "" for what is not in the file.
std::string alreadyAt(const Span& where);

}  // namespace megaphone::config
