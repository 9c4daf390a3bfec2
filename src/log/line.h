// The format of a line of the daemon log. Pure.
#pragma once

namespace megaphone::log {

enum class Style {
  file,      // date, time in UTC and level
  terminal,  // time and level
  coloured,  // the same with a coloured level
  journal,   // "<N>", the priority that the journal understands; it has a time of its own
};

// Returns the style for a descriptor that is not a log file of ours.
Style styleOf(int fd);

}  // namespace megaphone::log
