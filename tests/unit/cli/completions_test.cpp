#include "megaphone/cli/completions.h"

#include <gtest/gtest.h>

#include <array>

namespace megaphone::cli {
namespace {

void expectIn(const std::string& script, std::string_view text) {
  EXPECT_NE(script.find(text), std::string::npos) << text << " is not in\n" << script;
}

void expectOptions(const Program& program, std::span<const Option> options) {
  for (const Option& option : options) {
    const std::string name(option.name);
    expectIn(bashCompletions(program), "--" + name);
    expectIn(zshCompletions(program), "--" + name);
    expectIn(fishCompletions(program), " -l " + name);
  }
}

TEST(Completions, KnowEveryOptionAndCommand) {
  for (const Program* program : {&daemonProgram(), &clientProgram()}) {
    expectOptions(*program, program->options);
    for (const Command& command : program->commands) {
      expectOptions(*program, command.options);
      const std::string name(command.name);
      expectIn(bashCompletions(*program), "\n    " + name + ")\n");
      expectIn(zshCompletions(*program), "'" + name + ":");
      expectIn(fishCompletions(*program), " -a " + name + " ");
    }
  }
}

TEST(Completions, ADescriptionMayHoldAnything) {
  static constexpr std::array options{Option{"odd", "o", "FILE", false, "it's [a] x:y \\ thing"}};
  const Program program{"p", "", "", options, {}};
  expectIn(zshCompletions(program), R"([it'\''s \[a\] x\:y \\ thing])");
  expectIn(fishCompletions(program), R"(-d 'it\'s [a] x:y \\ thing')");
}

}  // namespace
}  // namespace megaphone::cli
