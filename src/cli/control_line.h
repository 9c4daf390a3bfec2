// The command lines that speak to the daemon.
#pragma once

#include <variant>

#include "line.h"
#include "megaphone/cli/control_options.h"

namespace megaphone::cli {

// The daemon knows what the options of its commands may be: all but --socket and --json go to it as they are.
std::variant<ControlOptions, UsageError> readControl(const Command& command, const Line& line);

}  // namespace megaphone::cli
