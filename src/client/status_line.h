// StatusLine: one line on the terminal that is written again and again. It appears after a moment, so that short runs
// show none, and is erased at the end.
#pragma once

#include <optional>
#include <string>

#include "megaphone/base/mono_time.h"
#include "megaphone/base/shared_output.h"

namespace megaphone::client {

class StatusLine {
 public:
  // `terminal`: the descriptor to write to; -1: none.
  StatusLine(int terminal, MonoTime start);
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  // Returns when it is to be written next; nothing: never.
  std::optional<MonoTime> due() const { return due_; }
  bool isDue(MonoTime now) const { return due_ && now >= *due_; }
  void show(const std::string& text, MonoTime now);

 private:
  SharedOutput terminal_;
  std::optional<MonoTime> due_;
  bool shown_ = false;
};

}  // namespace megaphone::client
