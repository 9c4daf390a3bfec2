// `megaphone capture`: writes a capture to the standard output, to a new file, or to one reader on a port of this
// machine.
#pragma once

#include "megaphone/cli/control_options.h"
#include "notes.h"
#include "outcome.h"
#include "waiter.h"

namespace megaphone::client {

Outcome runCapture(const cli::ControlOptions& options, Interrupt& interrupt, const Notes& notes);

}  // namespace megaphone::client
