// The table of all keys, from which reading, printing, describing and messages follow.
#pragma once

#include "megaphone/config/settings.h"
#include "section.h"

namespace megaphone::config {

// Returns the whole file, with its sections in the order of the manual file.
const Section<Settings>& fileSection();

}  // namespace megaphone::config
