// completions: what a shell offers at a command line of one of the programs, as a script for that shell, made of the
// option table. Pure.
#pragma once

#include <string>

#include "megaphone/cli/program.h"

namespace megaphone::cli {

std::string bashCompletions(const Program& program);
std::string zshCompletions(const Program& program);
std::string fishCompletions(const Program& program);

}  // namespace megaphone::cli
