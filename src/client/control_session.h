// `megaphone status` and the like: one question on the daemon's control socket, and its answer.
#pragma once

#include "megaphone/cli/control_options.h"
#include "notes.h"
#include "outcome.h"
#include "waiter.h"

namespace megaphone::client {

// Sends the command and writes the answer to `output`; -1 if only its first line is wanted. `terminal`: a person reads
// there. `interrupt` asks the daemon to end the answer, and what it has written until then is still passed on: a
// capture ends with a whole packet. The next Ctrl-C ends the process. A stuck reader of an ended answer is given 2 s.
// `begun` is remarked once the daemon has accepted the command.
Outcome runControl(const cli::ControlOptions& options, int output, bool terminal, Interrupt& interrupt,
                   const Notes& notes, std::string_view begun = {});

}  // namespace megaphone::client
