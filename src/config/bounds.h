// Bounds: checks one value of a table against another. A written value that contradicts is an error; a default is
// lowered silently. A written value without effect is a warning.
#pragma once

#include "megaphone/config/provenance.h"
#include "megaphone/config/settings.h"
#include "report.h"

namespace megaphone::config {

// Lowers defaults to the bounds that were set, and reports contradictions.
void applyBounds(Settings& settings, Provenance& provenance, Report& report);

}  // namespace megaphone::config
