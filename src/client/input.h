// LineInput: lines from the standard input, one at a time, without reading ahead more than a piece.
#pragma once

#include <optional>
#include <string>

#include "lines.h"
#include "waiter.h"

namespace megaphone::client {

class LineInput {
 public:
  LineInput(int fd, std::size_t limit) : fd_(fd), lines_(limit) {}

  int fd() const { return fd_; }
  // Returns the next line that has been read already.
  std::optional<std::string> next() { return lines_.next(); }
  bool ended() const { return lines_.ended() && lines_.held() == 0; }
  bool tooLong() const { return lines_.tooLong(); }
  std::size_t held() const { return lines_.held(); }
  // Reads one piece. REQUIRES: poll reported readable, and next() returned nothing.
  Stop read();

 private:
  int fd_;
  LineSplitter lines_;
};

}  // namespace megaphone::client
