// completions: scripts with which a shell completes the command lines of a program, made of the table of options. Pure.
#pragma once

#include <string>

#include "megaphone/cli/program.h"

namespace megaphone::cli {

std::string bashCompletions(const Program& program);
std::string zshCompletions(const Program& program);
std::string fishCompletions(const Program& program);

}  // namespace megaphone::cli
