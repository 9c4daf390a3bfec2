#include "target.h"

#include <unistd.h>

namespace megaphone::log {
namespace {

constexpr Duration kLookInterval = std::chrono::seconds(1);

}  // namespace

Target::Target() : style_(styleOf(STDERR_FILENO)) {}

Result<void> Target::open(const std::string& path) {
  if (path.empty()) {
    file_ = AppendFile();
    style_ = styleOf(STDERR_FILENO);
    return {};
  }
  auto file = AppendFile::open(path);
  if (!file) return std::move(file.error());
  file_ = std::move(*file);
  style_ = Style::file;
  return {};
}

Result<void> Target::reopen() { return isFile() ? file_.reopen() : Result<void>(); }

void Target::write(std::string_view line, MonoTime now) {
  if (isFile() && now >= next_look_) {
    next_look_ = now + kLookInterval;
    // A failure is seen by the next write or the next look; the old file is still there until then.
    if (file_.moved()) static_cast<void>(file_.reopen());
  }
  if (isFile() && !file_.unlinked()) {
    const Written written = writeAll(file_.fd(), line);
    if (written.errnum == 0) return;
    line.remove_prefix(written.bytes);
  }
  writeAll(STDERR_FILENO, line);
}

}  // namespace megaphone::log
