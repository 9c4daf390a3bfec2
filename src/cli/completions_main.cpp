// Prints the completions of a program for a shell; run while megaphone is built: completions SHELL PROGRAM.
#include <cstdio>
#include <string_view>

#include "megaphone/cli/completions.h"
#include "megaphone/cli/usage.h"

int main(int argc, char** argv) {
  using namespace megaphone::cli;
  const std::string_view shell = argc == 3 ? argv[1] : "";
  const std::string_view name = argc == 3 ? argv[2] : "";
  const Program& program = name == clientProgram().name ? clientProgram() : daemonProgram();
  std::string text;
  if (program.name == name && shell == "bash") text = bashCompletions(program);
  if (program.name == name && shell == "zsh") text = zshCompletions(program);
  if (program.name == name && shell == "fish") text = fishCompletions(program);
  std::fputs(text.c_str(), stdout);
  return text.empty() ? kExitUsage : 0;
}
