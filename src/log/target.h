// Target: where the lines of the daemon log go, stderr or a file. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "line.h"
#include "megaphone/base/append_file.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::log {

class Target {
 public:
  Target();  // stderr

  // An empty path is stderr. On failure everything stays as it was.
  Result<void> open(const std::string& path);
  // Opens the file's path anew; stderr stays what it is.
  Result<void> reopen();
  bool isFile() const { return static_cast<bool>(file_); }
  Style style() const { return style_; }

  // One whole line. A file that was moved away is opened anew, about once a second; what cannot be written to the file
  // goes to stderr.
  void write(std::string_view line, MonoTime now);

 private:
  AppendFile file_;
  Style style_;
  MonoTime next_look_{};
};

}  // namespace megaphone::log
