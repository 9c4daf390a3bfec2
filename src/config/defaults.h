// Default names of listeners.
#pragma once

#include "megaphone/config/settings.h"

namespace megaphone::config {

// Names the listeners that have no name yet: "proxy", "proxy-2", … whatever is free.
void nameListeners(Settings& settings);

}  // namespace megaphone::config
