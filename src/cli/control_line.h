// Reads the command lines that ask the daemon.
#pragma once

#include <variant>

#include "line.h"
#include "megaphone/cli/control_options.h"
#include "megaphone/command/commands.h"

namespace megaphone::cli {

// Reads a command line of `command`. The daemon judges the options of its commands: all but --socket, --json and those
// for the answer go to it as they are.
std::variant<ControlOptions, UsageError> readControl(const command::Command& command, const Line& line);

}  // namespace megaphone::cli
