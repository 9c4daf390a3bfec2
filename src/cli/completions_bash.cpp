#include <vector>

#include "completion_parts.h"
#include "megaphone/base/text.h"
#include "megaphone/cli/completions.h"

namespace megaphone::cli {
namespace {

// Returns "--config -c --check".
std::string words(std::span<const Option> options) {
  std::string out;
  for (const Option& option : options) {
    out.append(out.empty() ? "--" : " --").append(option.name);
    if (!option.letter.empty()) out.append(" -").append(option.letter);
  }
  return out;
}

// Returns the options with a value of that kind, as a pattern of case: "--config|-c".
std::string pattern(std::span<const Option> options, bool files) {
  std::string out;
  for (const Option& option : options) {
    if (!option.needsValue() || (option.argument == "FILE") != files) continue;
    out.append(out.empty() ? "--" : "|--").append(option.name);
    if (!option.letter.empty()) out.append("|-").append(option.letter);
  }
  return out;
}

// Returns the lines for an option that needs a value: files, or what cannot be guessed.
std::string values(std::span<const Option> options, const std::string& margin) {
  const std::string files = pattern(options, true);
  const std::string others = pattern(options, false);
  if (files.empty() && others.empty()) return "";
  std::string out = margin + "case \"$previous\" in\n";
  if (!files.empty()) out += concat(margin, "  ", files, ") compopt -o filenames; _megaphone_offer -f; return ;;\n");
  if (!others.empty()) out += concat(margin, "  ", others, ") return ;;\n");
  return concat(out, margin, "esac\n");
}

std::string operandsOf(const Program& program, const Command& command) {
  if (firstOperand(command) == "HOST") return "_megaphone_offer -A hostname";
  if (firstOperand(command) == "LISTENER") return concat("_megaphone_offer -W \"$(", kListeners, ")\"");
  const std::string words = operandWords(program, command);
  return words.empty() ? ":" : concat("_megaphone_offer -W '", words, "'");
}

std::string choice(const std::string& options, const std::string& operands) {
  return concat("if [[ $current == -* ]]; then _megaphone_offer -W '", options, "'; else ", operands, "; fi\n");
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
    out += concat("    ", command.name, ")\n", values(command.options, "      "), "      ",
                  choice(words(command.options), operandsOf(program, command)), "      ;;\n");
  }
  return out + "  esac\n";
}

}  // namespace

std::string bashCompletions(const Program& program) {
  const std::string name(program.name);
  std::string out =
      concat("# bash completion of ", name,
             "\n"
             "_megaphone_offer() { mapfile -t COMPREPLY < <(compgen \"$@\" -- \"${COMP_WORDS[COMP_CWORD]}\"); }\n"
             "_",
             name,
             "() {\n"
             "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
             "  COMPREPLY=()\n");
  out += program.commands.empty() ? concat(values(program.options, "  "), "  ",
                                           choice(words(program.options), "compopt -o filenames; _megaphone_offer -f"))
                                  : byCommand(program);
  return concat(out, "}\ncomplete -F _", name, " ", name, "\n");
}

}  // namespace megaphone::cli
