// Reads the command lines that ask the daemon.
#pragma once

#include <variant>

#include "line.h"
#include "megaphone/cli/control_options.h"
#include "megaphone/command/commands.h"

namespace megaphone::cli {

// Reads a command line of `command`. The daemon checks the options of its commands: all but --socket, --json and those
// for the answer are passed on unchanged.
std::variant<ControlOptions, UsageError> readControl(const command::Command& command, const Line& line);

}  // namespace megaphone::cli
