#include "completion_parts.h"
#include "megaphone/base/text.h"
#include "megaphone/cli/completions.h"

namespace megaphone::cli {
namespace {

std::string text(std::string_view words) { return shellText(words, "[]:\\"); }

// Returns ":FILE:_files" of _arguments; a value that cannot be guessed has a blank for its action.
std::string value(const Option& option) {
  if (!option.takesValue()) return "";
  if (!option.needsValue()) return concat("::", text(option.argument.substr(2, option.argument.size() - 3)), ": ");
  return concat(":", text(option.argument), (option.argument == "FILE" ? ":_files" : ": "));
}

// Returns a specification of _arguments: '(-c --config)'{-c,--config}'[the configuration]:FILE:_files'.
std::string specification(const Option& option) {
  const std::string name = concat("--", option.name);
  const std::string letter = option.letter.empty() ? "" : concat("-", option.letter);
  const std::string rest = concat("[", text(option.doc), "]", value(option), "'");
  const std::string form = name + (option.takesValue() ? (option.needsValue() ? "=" : "=-") : "");
  if (letter.empty()) return concat("'", option.repeatable ? "*" : "", form, rest);
  return concat("'(", letter, " ", name, ")'{", letter, ",", form, "}'", rest);
}

std::string specifications(std::span<const Option> options, const std::string& margin) {
  std::string out;
  for (const Option& option : options) out += concat(" \\\n", margin, specification(option));
  return out;
}

std::string operandsOf(const Program& program, const Command& command) {
  if (firstOperand(command) == "HOST") return "'1:host:_hosts' '2:port: ' '*:message: '";
  if (firstOperand(command) == "LISTENER") return concat("\"1:listener:($(", kListeners, "))\"");
  const std::string words = operandWords(program, command);
  return words.empty() ? "" : concat("'1:word:(", words, ")'");
}

std::string byCommand(const Program& program) {
  std::string out = "  local state\n  local -a commands=(\n";
  for (const Command& command : program.commands) {
    out += concat("    '", command.name, ":", text(command.doc), "'\n");
  }
  out += concat("  )\n  _arguments -C '1:command:->command' '*::argument:->arguments'",
                specifications(program.options, "    "),
                "\n  case $state in\n"
                "    command) _describe command commands ;;\n"
                "    arguments)\n"
                "      case $words[1] in\n");
  for (const Command& command : program.commands) {
    out += concat("        ", command.name, ") _arguments -s ", operandsOf(program, command),
                  specifications(command.options, "          "), " ;;\n");
  }
  return out + "      esac ;;\n  esac\n";
}

}  // namespace

std::string zshCompletions(const Program& program) {
  const std::string name(program.name);
  std::string out = concat("#compdef ", name, "\n# zsh completion of ", name, "\n_", name, "() {\n");
  out += program.commands.empty()
             ? concat("  _arguments -s '*:file:_files'", specifications(program.options, "    "), "\n")
             : byCommand(program);
  return concat(out, "}\n_", name, " \"$@\"\n");
}

}  // namespace megaphone::cli
