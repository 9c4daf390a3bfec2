// Progress: one line on the terminal that says how far a long stream is. It appears after a moment, so that a short
// stream shows none, and goes away at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "megaphone/base/mono_time.h"

namespace megaphone::client {

// "1.2 GiB of 3.0 GiB, 845 MiB/s, 2 s left"; without a total "1.2 GiB, 845 MiB/s". Pure.
std::string progressText(std::uint64_t done, std::optional<std::uint64_t> total, Duration elapsed);

class Progress {
 public:
  // `terminal` is where the line goes; -1: nowhere. `total` is how much there is to do, where that is known.
  Progress(int terminal, std::optional<std::uint64_t> total, MonoTime start);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // When the line shall be written next; nothing: never.
  std::optional<MonoTime> due() const { return due_; }
  // Writes it, if it is due.
  void show(std::uint64_t done, MonoTime now);

 private:
  int terminal_;
  std::optional<std::uint64_t> total_;
  MonoTime start_;
  std::optional<MonoTime> due_;
  bool shown_ = false;
};

}  // namespace megaphone::client
