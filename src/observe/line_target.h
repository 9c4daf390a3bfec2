// LineTarget: where finished lines go, and what happens when they cannot. One thread at a time.
//
// A file that was moved away is noticed by its inode, about once a second. A failure costs lines, is told once, and is
// over with the first write that succeeds. Of a line that could be written in part the rest is kept, so that the file
// has no torn lines once there is room again. Nothing waits for a reader that has stopped reading: the first write
// gives him a moment, and none after it until he reads again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "megaphone/base/append_file.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/base/shared_output.h"
#include "megaphone/observe/access_log.h"

namespace megaphone::observe {

class LineTarget {
 public:
  // A path, "stderr" or "stdout".
  static Result<LineTarget> open(const std::string& path);

  // Opens the path anew; stderr and stdout stay what they are.
  void reopen(AccessLogSink& sink);
  // Whole lines, each with its end.
  void write(std::string_view lines, MonoTime now, AccessLogSink& sink);
  // Nothing is written any more: tells what was lost and not told yet.
  void end(AccessLogSink& sink);

 private:
  void look(MonoTime now, AccessLogSink& sink);
  void keepRestOf(std::string_view lines, std::size_t written);
  void lose(std::string_view lines);
  void trouble(const Error& error, AccessLogSink& sink);
  void fine(AccessLogSink& sink);
  Written put(std::string_view bytes) const;

  AppendFile file_;
  SharedOutput standard_;  // where there is no file
  std::string name_;
  MonoTime next_look_{};
  bool astray_ = false;    // the path could not be opened anew
  bool troubled_ = false;  // and the sink was told
  std::uint64_t lost_ = 0;
  std::string rest_;  // of a line whose beginning was written
};

}  // namespace megaphone::observe
