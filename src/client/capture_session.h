// `megaphone capture`: where a capture goes: the standard output, a new file, or one reader on a port of this machine.
#pragma once

#include "ending.h"
#include "megaphone/cli/control_options.h"
#include "notes.h"
#include "waiter.h"

namespace megaphone::client {

Ending runCapture(const cli::ControlOptions& options, Interrupt& interrupt, const Notes& notes);

}  // namespace megaphone::client
