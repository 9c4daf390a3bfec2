// Progress: shows the progress of a long stream on a status line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "status_line.h"

namespace megaphone::client {

// "1.2 GiB of 3.0 GiB, 845 MiB/s, 2 s left"; without a total "1.2 GiB, 845 MiB/s". Pure.
std::string progressText(std::uint64_t done, std::optional<std::uint64_t> total, Duration elapsed);

class Progress {
 public:
  // `terminal` as for StatusLine. `total` is how much there is to do, where that is known.
  Progress(int terminal, std::optional<std::uint64_t> total, MonoTime start)
      : line_(terminal, start), total_(total), start_(start) {}

  std::optional<MonoTime> due() const { return line_.due(); }
  // Writes the line, if it is due.
  void show(std::uint64_t done, MonoTime now) {
    if (line_.isDue(now)) line_.show(progressText(done, total_, now - start_), now);
  }

 private:
  StatusLine line_;
  std::optional<std::uint64_t> total_;
  MonoTime start_;
};

}  // namespace megaphone::client
