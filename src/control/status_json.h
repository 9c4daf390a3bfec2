// The status as one JSON object. Pure.
#pragma once

#include <string>

#include "megaphone/control/daemon.h"

namespace megaphone::control {

// One line, ended. Durations are seconds; members that have no meaning are absent.
std::string statusJson(const Status& status);

}  // namespace megaphone::control
