// Bounds: what one value of a table cannot be because of another. What is written and cannot hold is an error; a
// default gives way without a word. What is written and cannot have an effect is a warning.
#pragma once

#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"
#include "report.h"

namespace megaphone::config {

// Lowers defaults to what is set around them, and reports what is set against each other.
void applyBounds(Settings& settings, Provenance& provenance, Report& report);

}  // namespace megaphone::config
