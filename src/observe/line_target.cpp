#include "line_target.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace megaphone::observe {
namespace {

constexpr Duration kLookInterval = std::chrono::seconds(1);
constexpr std::chrono::milliseconds kPatience{100};  // with a reader who is slow

// The descriptor of a path that means one, or -1. Where it is a socket, /dev/stdout cannot be opened.
int standardStream(const std::string& path) {
  if (path == "stderr" || path == "/dev/stderr") return STDERR_FILENO;
  if (path == "stdout" || path == "/dev/stdout") return STDOUT_FILENO;
  return -1;
}

}  // namespace

Result<LineTarget> LineTarget::open(const std::string& path) {
  LineTarget target;
  target.name_ = path;
  if (const int standard = standardStream(path); standard >= 0) {
    target.standard_ = SharedOutput(standard);
    return target;
  }
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
  Written written = put(rest_);
  rest_.erase(0, written.bytes);
  if (written.errnum == 0) {
    written = put(lines);
    if (written.errnum == 0) return fine(sink);
    keepRestOf(lines, written.bytes);
  } else {
    lose(lines);
  }
  trouble(systemError(written.errnum, "write " + name_), sink);
}

void LineTarget::end(AccessLogSink& sink) {
  if (!rest_.empty()) ++lost_;
  rest_.clear();
  if (lost_ > 0) sink.onAccessLogLost(name_, std::exchange(lost_, 0));
}

Written LineTarget::put(std::string_view bytes) const {
  const auto patience = troubled_ ? std::chrono::milliseconds() : kPatience;
  return file_ ? writeAll(file_.fd(), bytes, patience) : standard_.writeAll(bytes, patience);
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
