// `megaphone status` and the like: one question on the daemon's control socket, and its answer.
#pragma once

#include "ending.h"
#include "megaphone/cli/control_options.h"
#include "notes.h"
#include "output.h"
#include "waiter.h"

namespace megaphone::client {

// `output` is the standard output; `terminal`: a person reads there.
Ending runControl(const cli::ControlOptions& options, const Output& output, bool terminal, const Waiter& waiter,
                  const Notes& notes);

}  // namespace megaphone::client
