// How a line of the daemon log looks. Pure.
#pragma once

#include <string>
#include <string_view>

namespace megaphone::log {

// A copy in which nothing can end the line or command a terminal: control characters and bytes that are not UTF-8 are
// written as \xNN. What a peer sent may stand in a line, and must not be able to forge another.
std::string escaped(std::string_view line);

enum class Style {
  file,      // date, time in UTC and level
  terminal,  // time and level
  coloured,  // the same with a coloured level
  journal,   // "<N>", the priority that the journal understands; it has a time of its own
};

// The style of a descriptor that is no log file of ours.
Style styleOf(int fd);

}  // namespace megaphone::log
