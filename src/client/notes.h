// Notes: writes everything but answers to the standard error.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/shared_output.h"
#include "megaphone/base/terminal.h"

namespace megaphone::client {

// Writes remarks for people. If the standard error is not read, it waits a moment and then drops them.
class Notes {
 public:
  enum class Level { quiet, normal, verbose };
  Notes(int fd, Level level) : fd_(fd), out_(fd), level_(level) {}

  // Writes a line that the user needs: why something failed, or what was unexpected.
  void remark(std::string_view text) const {
    if (level_ != Level::quiet) line(text);
  }
  // Writes a line about a step and its duration, if verbose.
  void phase(std::string_view text) const {
    if (level_ == Level::verbose) line(text);
  }
  // Writes lines unchanged.
  void show(std::string_view lines) const {
    if (level_ != Level::quiet) put(lines);
  }
  // Writes "> " at a terminal, and ends that line if the person did not.
  void prompt() const { promptPart("> "); }
  void leavePrompt() const { promptPart("\n"); }
  // Returns whether lines may be coloured.
  bool colours() const { return wantsColours(fd_); }
  // Returns the terminal on which a line may be overwritten; -1: none.
  int terminal() const { return level_ != Level::quiet && isCapableTerminal(fd_) ? fd_ : -1; }

 private:
  void promptPart(std::string_view text) const;
  void line(std::string_view text) const;
  void put(std::string_view text) const;
  int fd_;
  SharedOutput out_;
  Level level_;
};

}  // namespace megaphone::client
