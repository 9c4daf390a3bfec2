#include "line_target.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace megaphone::observe {
namespace {

constexpr Duration kLookInterval = std::chrono::seconds(1);

}  // namespace

Result<LineTarget> LineTarget::open(const std::string& path) {
  LineTarget target;
  target.name_ = path;
  if (path == "stderr")
    target.standard_fd_ = STDERR_FILENO;
  else if (path == "stdout")
    target.standard_fd_ = STDOUT_FILENO;
  if (target.standard_fd_ >= 0) return target;
  auto file = AppendFile::open(path);
  if (!file) return std::move(file.error());
  target.file_ = std::move(*file);
  return target;
}

void LineTarget::reopen(AccessLogSink& sink) {
  if (!file_) return;
  auto reopened = file_.reopen();
  astray_ = !reopened.ok();
  if (astray_) return trouble(reopened.error(), sink);
  if (rest_.empty()) return;
  rest_.clear();
  ++lost_;
}

void LineTarget::look(MonoTime now, AccessLogSink& sink) {
  if (!file_ || now < next_look_) return;
  next_look_ = now + kLookInterval;
  if (astray_ || file_.moved()) reopen(sink);
}

void LineTarget::write(std::string_view lines, MonoTime now, AccessLogSink& sink) {
  look(now, sink);
  // A file that was moved and not replaced is still a good place; one that was deleted is none.
  if (astray_ && file_.unlinked()) return lose(lines);
  Written written = writeAll(fd(), rest_);
  rest_.erase(0, written.bytes);
  if (written.errnum == 0) {
    written = writeAll(fd(), lines);
    if (written.errnum == 0) return fine(sink);
    keepRestOf(lines, written.bytes);
  } else {
    lose(lines);
  }
  trouble(systemError(written.errnum, "write " + name_), sink);
}

void LineTarget::keepRestOf(std::string_view lines, std::size_t written) {
  const bool torn = written > 0 && lines[written - 1] != '\n';
  const std::size_t end = torn ? lines.find('\n', written) + 1 : written;
  rest_ = lines.substr(written, end - written);
  lose(lines.substr(end));
}

void LineTarget::lose(std::string_view lines) {
  lost_ += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
}

void LineTarget::trouble(const Error& error, AccessLogSink& sink) {
  if (!std::exchange(troubled_, true)) sink.onAccessLogTrouble(error);
}

void LineTarget::fine(AccessLogSink& sink) {
  if (astray_ || !std::exchange(troubled_, false)) return;
  sink.onAccessLogRecovered(name_, std::exchange(lost_, 0));
}

}  // namespace megaphone::observe
