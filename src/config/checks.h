// Checks: checks of several values against each other, or of values against the machine. A new check is a function of
// this form and a row in checks.cpp. Each reports the place that comes later in the file.
#pragma once

#include <string>

#include "megaphone/config/machine.h"
#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"
#include "report.h"

namespace megaphone::config {

// The input of all checks. Values that could not be read have their defaults, lists the elements that could be read.
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
// Reports a socket that systemd hands over and no listener takes, and a listener whose socket is not handed over; if
// the sockets are known.
void checkHandedSockets(const CheckedSettings& all);
// Warns of a proxy that the whole world may use.
void checkOpenProxies(const CheckedSettings& all);
// Reports a file that is used for two things: two writers would cut each other's lines, and a capture replaces its
// file. Examines the file system unless the occasion is Occasion::none.
void checkFiles(const CheckedSettings& all);
// Reports what a start would detect: folders, the group of the control socket, addresses. With the rights of the
// current user, and only with Occasion::check.
void checkStart(const CheckedSettings& all);

// Returns "line 3, column 10".
std::string placeText(const Span& where);
// Returns "it is at line 3, column 10 already"; "" for what is not in the file.
std::string alreadyAt(const Span& where);

}  // namespace megaphone::config
