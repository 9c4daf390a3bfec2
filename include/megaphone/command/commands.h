// The commands of the control socket: their names, options and help, in one table. The daemon checks requests by it,
// and the command line, its help and its completions follow from it. Pure.
//
// A new command is a row here and a file in src/control, named in its commands.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace megaphone::command {

// Connections that a list has at most.
inline constexpr std::uint64_t kMostListed = 10'000;

// Written NAME=VALUE in a request, and --NAME VALUE on the command line.
struct Option {
  std::string_view name;
  std::string_view argument;  // "DURATION"; "": a switch, "yes" or "no" in a request
  std::string_view doc;       // a phrase; "": the command line has no such option
  // Returns how to write a value that the daemon would not take; nothing for one that it may take. Null: any may do.
  std::optional<std::string> (*advise)(const std::string& value) = nullptr;
};

struct Command {
  std::string_view name;
  std::string_view operand;  // "LISTENER"; "": none. In a request it is an option of that name in lower case
  std::string_view doc;      // one line, a phrase
  std::string_view more;     // paragraphs of its help, each line ended
  std::span<const Option> options;
  bool shaped = false;   // the answer has several forms, for people and programs
  bool lasting = false;  // the answer is a file that grows

  // Null: it has none of that name.
  const Option* option(std::string_view wanted) const;
};

// In the order of the help.
std::span<const Command> all();
// Null: there is none of that name.
const Command* find(std::string_view name);

}  // namespace megaphone::command
