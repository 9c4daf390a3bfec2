#include <vector>

#include "completion_parts.h"
#include "megaphone/cli/completions.h"

namespace megaphone::cli {
namespace {

// "--config -c --check"
std::string words(std::span<const Option> options) {
  std::string out;
  for (const Option& option : options) {
    out.append(out.empty() ? "--" : " --").append(option.name);
    if (!option.letter.empty()) out.append(" -").append(option.letter);
  }
  return out;
}

// The options with a value of that kind, as a pattern of case: "--config|-c".
std::string pattern(const Program& program, bool files) {
  std::string out;
  forEachOption(program, [&](const Option& option) {
    if (!option.needsValue() || (option.argument == "FILE") != files) return;
    for (const std::string& form : {"--" + std::string(option.name), "-" + std::string(option.letter)}) {
      if (form == "-" || ("|" + out + "|").find("|" + form + "|") != std::string::npos) continue;
      out += (out.empty() ? "" : "|") + form;
    }
  });
  return out;
}

// What stands behind an option that wants a value.
std::string values(const Program& program) {
  std::string out = "  case \"$previous\" in\n";
  const std::string files = pattern(program, true);
  const std::string others = pattern(program, false);
  if (!files.empty()) out += "    " + files + ") compopt -o filenames; _megaphone_offer -f; return ;;\n";
  if (!others.empty()) out += "    " + others + ") return ;;\n";
  return out + "  esac\n";
}

std::string operandsOf(const Program& program, const Command& command) {
  if (firstOperand(command) == "HOST") return "_megaphone_offer -A hostname";
  const std::string words = operandWords(program, command);
  return words.empty() ? ":" : "_megaphone_offer -W '" + words + "'";
}

std::string choice(const std::string& options, const std::string& operands) {
  return "if [[ $current == -* ]]; then _megaphone_offer -W '" + options + "'; else " + operands + "; fi\n";
}

std::string byCommand(const Program& program) {
  std::string out =
      "  local command='' word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    if [[ $word != -* ]]; then command=$word; break; fi\n"
      "  done\n"
      "  case \"$command\" in\n"
      "    '') ";
  out += choice(words(program.options), "_megaphone_offer -W '" + commandWords(program) + "'") + "      ;;\n";
  for (const Command& command : program.commands) {
    out += "    " + std::string(command.name) + ") " + choice(words(command.options), operandsOf(program, command)) +
           "      ;;\n";
  }
  return out + "  esac\n";
}

}  // namespace

std::string bashCompletions(const Program& program) {
  const std::string name(program.name);
  std::string out =
      "# bash completion of " + name +
      "\n"
      "_megaphone_offer() { mapfile -t COMPREPLY < <(compgen \"$@\" -- \"${COMP_WORDS[COMP_CWORD]}\"); }\n"
      "_" +
      name +
      "() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  COMPREPLY=()\n" +
      values(program);
  out += program.commands.empty() ? "  " + choice(words(program.options), "compopt -o filenames; _megaphone_offer -f")
                                  : byCommand(program);
  return out + "}\ncomplete -F _" + name + " " + name + "\n";
}

}  // namespace megaphone::cli
