// Target: where the lines of the daemon log go, stderr or a file. One thread at a time.
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

  // Writes one whole line. A file that was moved away is opened anew, about once a second; what cannot be written to
  // the file goes to stderr. A reader who has stopped reading is waited for until `enough` says so, which is asked
  // every now and then. Gives whether the line is out.
  bool write(std::string_view line, MonoTime now, const std::function<bool()>& enough);

 private:
  void look(MonoTime now);

  AppendFile file_;
  SharedOutput stderr_;
  MonoTime next_look_{};
};

}  // namespace megaphone::log
