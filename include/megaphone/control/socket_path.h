// Where the control socket is unless somebody says otherwise: in the directory that systemd has made for the service,
// in that of the user's session, or for root in /run.
#pragma once

#include <string>
#include <vector>

namespace megaphone::control {

// Returns whether systemd has made a directory for this very process, so that no other daemon's socket belongs there.
bool hasRuntimeDirectory();
// For the daemon; "" where there is no usual place. Its directory may be missing still.
std::string usualSocketPath();
// For its commands: where it may be, the likeliest first.
std::vector<std::string> likelySocketPaths();

}  // namespace megaphone::control
