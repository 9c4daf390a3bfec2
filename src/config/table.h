// The table of all keys. Reading, printing, describing and the messages come from it.
#pragma once

#include "megaphone/config/settings.h"
#include "section.h"

namespace megaphone::config {

// The file as a whole, its sections in the order of the manual file.
const Section<Settings>& fileSection();

}  // namespace megaphone::config
