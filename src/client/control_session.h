// `megaphone status` and the like: one question on the daemon's control socket, and its answer.
#pragma once

#include "megaphone/cli/control_options.h"
#include "notes.h"
#include "outcome.h"
#include "waiter.h"

namespace megaphone::client {

// The answer goes to `output`, -1 where it is no more than its first line; `terminal`: a person reads there. At
// `interrupt` the daemon is told that it is enough, and what it has written until then is still passed on: a capture
// ends with a whole packet. The next Ctrl-C ends the process. Nobody waits long for a reader who takes nothing of an
// answer that is over. `begun` is remarked as soon as the daemon has agreed.
Outcome runControl(const cli::ControlOptions& options, int output, bool terminal, Interrupt& interrupt,
                   const Notes& notes, std::string_view begun = {});

}  // namespace megaphone::client
