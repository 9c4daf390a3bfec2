#include "megaphone/log/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>
#include <mutex>
#include <optional>

#include "line.h"
#include "megaphone/base/escaped.h"
#include "rate_limit.h"
#include "writer.h"

namespace megaphone::log {
namespace {

using Level = config::Log::Level;

spdlog::level::level_enum toSpdlog(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

std::unique_ptr<spdlog::formatter> formatterOf(Style style) {
  switch (style) {
    case Style::journal: return std::make_unique<spdlog::pattern_formatter>("%v");
    case Style::file:
      return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    case Style::terminal:
    case Style::coloured: break;
  }
  return std::make_unique<spdlog::pattern_formatter>("%H:%M:%S.%e %^%l%$ %v");
}

std::string_view colourOf(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::err: return "\x1b[1;31m";
    case spdlog::level::warn: return "\x1b[33m";
    case spdlog::level::info: return "\x1b[32m";
    default: return "\x1b[2m";
  }
}

// The priorities of syslog(3), as sd-daemon(3) puts them before a line.
std::string_view priorityOf(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::err: return "<3>";
    case spdlog::level::warn: return "<4>";
    case spdlog::level::info: return "<6>";
    default: return "<7>";
  }
}

// Makes lines of messages, as the place wants them to which they go.
class Sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  Sink() { shapeFor(styleOf(STDERR_FILENO)); }

  Result<void> open(const std::string& path) {
    std::optional<AppendFile> file;
    if (!path.empty() && path != "/dev/stderr") {
      auto opened = AppendFile::open(path);
      if (!opened) return std::move(opened.error());
      file = std::move(*opened);
    }
    if (auto started = writer_.start(); !started) return started;
    const std::lock_guard lock(mutex_);
    path_ = file ? path : "";
    shapeFor(file ? Style::file : styleOf(STDERR_FILENO));
    writer_.turnTo(file ? Target(*std::move(file)) : Target());
    return {};
  }
  // Gives whether there was something to open anew.
  Result<bool> reopen() {
    const std::string path = [this] {
      const std::lock_guard lock(mutex_);
      return path_;
    }();
    if (path.empty()) return false;
    if (auto opened = open(path); !opened) return std::move(opened.error());
    return true;
  }
  // Not by flush(), which keeps everybody out meanwhile.
  void drain() { writer_.flush(); }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override { writer_.write(lineOf(message)); }
  void flush_() override {}

  void shapeFor(Style style) {
    style_ = style;
    formatter_ = formatterOf(style);
  }
  std::string lineOf(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    const std::string_view text(formatted.data(), formatted.size());
    if (style_ == Style::journal) return std::string(priorityOf(message.level)).append(text);
    if (style_ != Style::coloured) return std::string(text);
    std::string line(text.substr(0, message.color_range_start));
    line += colourOf(message.level);
    line += text.substr(message.color_range_start, message.color_range_end - message.color_range_start);
    line += "\x1b[0m";
    return line += text.substr(message.color_range_end);
  }
  std::string lineAboutDropped(std::uint64_t count) {
    const std::string text = std::to_string(count) +
                             (count == 1 ? " line of this log was" : " lines of this log were") +
                             " dropped: written too slowly, or not at all";
    const std::lock_guard lock(mutex_);
    return lineOf({spdlog::string_view_t(), spdlog::level::warn, spdlog::string_view_t(text.data(), text.size())});
  }

  std::string path_;  // "": stderr
  Style style_{};
  Writer writer_{[this](std::uint64_t count) { return lineAboutDropped(count); }};
};

struct Log {
  std::shared_ptr<Sink> sink = std::make_shared<Sink>();
  spdlog::logger logger{"megaphone", sink};
  std::mutex mutex;  // for what follows
  Sometimes sometimes;
};

// Never destroyed: a thread or a destructor may have a word to say at the very end.
Log& theLog() {
  static Log& log = *new Log;
  return log;
}

void write(Level level, std::string_view line) {
  spdlog::logger& logger = theLog().logger;
  if (!logger.should_log(toSpdlog(level))) return;
  const std::string safe = escaped(line);
  logger.log(toSpdlog(level), spdlog::string_view_t(safe.data(), safe.size()));
}

}  // namespace

Result<void> open(const config::Log& settings) {
  if (auto opened = theLog().sink->open(settings.path); !opened) return opened;
  theLog().logger.set_level(toSpdlog(settings.level));
  return {};
}

Result<void> reopen() {
  const auto reopened = theLog().sink->reopen();
  if (!reopened) return reopened.error();
  if (*reopened) info("log file opened anew");
  return {};
}

void flush() { theLog().sink->drain(); }

bool enabled(Level level) { return theLog().logger.should_log(toSpdlog(level)); }
void debug(std::string_view line) { write(Level::debug, line); }
void info(std::string_view line) { write(Level::info, line); }
void warning(std::string_view line) { write(Level::warning, line); }
void error(std::string_view line) { write(Level::error, line); }

namespace {

void sometimes(Level level, std::string_view key, std::string_view line) {
  if (!enabled(level)) return;
  const auto left_out = [key] {
    const std::lock_guard lock(theLog().mutex);
    return theLog().sometimes.pass(key, monoNow());
  }();
  if (!left_out) return;
  if (*left_out == 0)
    write(level, line);
  else
    write(level, std::string(line) + " (" + std::to_string(*left_out) + " like it were left out)");
}

}  // namespace

void infoSometimes(std::string_view key, std::string_view line) { sometimes(Level::info, key, line); }
void warningSometimes(std::string_view key, std::string_view line) { sometimes(Level::warning, key, line); }

}  // namespace megaphone::log
