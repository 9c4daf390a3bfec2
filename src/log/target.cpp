#include "target.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace megaphone::log {
namespace {

constexpr Duration kLookInterval = std::chrono::seconds(1);
constexpr std::chrono::milliseconds kPatience{100};  // until `enough` is asked again

// Gives the errno of what failed; EAGAIN: it was enough.
template <class WriteAll>
int writeUntil(std::string_view& line, const std::function<bool()>& enough, WriteAll&& writeAll) {
  while (true) {
    const Written written = writeAll(line);
    line.remove_prefix(written.bytes);
    if (written.errnum != EAGAIN || enough()) return written.errnum;
  }
}

}  // namespace

Target::Target() : stderr_(STDERR_FILENO) {}
Target::Target(AppendFile file) : file_(std::move(file)), stderr_(STDERR_FILENO) {}

void Target::look(MonoTime now) {
  if (now < next_look_) return;
  next_look_ = now + kLookInterval;
  // A failure is seen by the next write or the next look; the old file is still there until then.
  if (file_.moved()) static_cast<void>(file_.reopen());
}

bool Target::write(std::string_view line, MonoTime now, const std::function<bool()>& enough) {
  if (file_) look(now);
  if (file_ && !file_.unlinked()) {
    const int failed =
        writeUntil(line, enough, [this](std::string_view rest) { return writeAll(file_.fd(), rest, kPatience); });
    if (failed == 0 || failed == EAGAIN) return failed == 0;
  }
  return writeUntil(line, enough, [this](std::string_view rest) { return stderr_.writeAll(rest, kPatience); }) == 0;
}

}  // namespace megaphone::log
