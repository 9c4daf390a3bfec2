// Finds changes of settings that are read at the start only.
#pragma once

#include <string>
#include <vector>

#include "megaphone/config/settings.h"

namespace megaphone::app {

// One text for each key that stands otherwise in `wanted` than in what the daemon was started with, such as
// "[daemon] event_loops".
std::vector<std::string> needsRestart(const config::Settings& started, const config::Settings& wanted);

}  // namespace megaphone::app
