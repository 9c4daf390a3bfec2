// Output, Notes, Console: answers go to the standard output, everything else to the standard error.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "waiter.h"

namespace megaphone::client {

// The output descriptor. It stays in the mode in which we got it, since it is shared with other programs: after poll
// has said writable, a pipe or a terminal takes a small piece without blocking.
class Output {
 public:
  Output(int fd, const Waiter& waiter);

  int fd() const { return fd_; }
  // Writes a piece of `bytes`. REQUIRES: poll said writable. Returns what write(2) returned.
  ssize_t writeSome(std::string_view bytes) const;
  // Writes all of `bytes`, however often it takes.
  Stop write(std::string_view bytes) const;

 private:
  int fd_;
  std::size_t piece_;
  const Waiter& waiter_;
};

// Remarks for people on the standard error.
class Notes {
 public:
  enum class Level { quiet, normal, verbose };
  Notes(int fd, Level level) : fd_(fd), level_(level) {}

  // What a person has to know: why something failed, or that it went otherwise than expected.
  void remark(std::string_view text) const {
    if (level_ != Level::quiet) line(text);
  }
  // A step on the way, and how long it took.
  void phase(std::string_view text) const {
    if (level_ == Level::verbose) line(text);
  }
  // "> ", when a person sits at a terminal; and the end of its line, when the person typed none.
  void prompt() const { promptPart("> "); }
  void leavePrompt() const { promptPart("\n"); }

 private:
  void promptPart(std::string_view text) const;
  void line(std::string_view text) const;
  void put(std::string_view text) const;
  int fd_;
  Level level_;
};

// All that a session talks to besides the server.
struct Console {
  int input = 0;
  bool terminal = false;  // a person types the input, line by line
  const Output& output;
  const Waiter& waiter;
  const Notes& notes;
};

// "12.3 ms" since `start`.
std::string since(MonoTime start);

}  // namespace megaphone::client
