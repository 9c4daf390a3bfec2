// Target: the output of the daemon log, stderr or a file. One thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "megaphone/base/append_file.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/base/shared_output.h"

namespace megaphone::log {

class Target {
 public:
  Target();                          // stderr
  explicit Target(AppendFile file);  // whose fd is open

  // Writes one whole line, and returns whether it is written. Checks about once a second whether the file was moved
  // away, and reopens it. A line that cannot be written to the file goes to stderr. Waits for a reader that does not
  // read until `enough` returns true, which is called now and then.
  bool write(std::string_view line, MonoTime now, const std::function<bool()>& enough);

 private:
  void look(MonoTime now);

  AppendFile file_;
  SharedOutput stderr_;
  MonoTime next_look_{};
};

}  // namespace megaphone::log
