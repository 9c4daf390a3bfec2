// `megaphone status` and the like: one question on the daemon's control socket, and its answer.
#pragma once

#include "ending.h"
#include "megaphone/cli/control_options.h"
#include "notes.h"
#include "waiter.h"

namespace megaphone::client {

// The answer goes to `output`; `terminal`: a person reads there. When `waiter` is interrupted the daemon is told that
// it is enough, and what it has written until then is still taken: a capture ends with a whole packet.
Ending runControl(const cli::ControlOptions& options, int output, bool terminal, const Waiter& waiter,
                  const Notes& notes);

}  // namespace megaphone::client
