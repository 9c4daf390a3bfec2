#include "megaphone/log/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>
#include <mutex>

#include "line.h"
#include "megaphone/base/escaped.h"
#include "sometimes.h"
#include "target.h"

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

// Writes each line at once: the daemon log is rare, and the last line before an end must not be lost.
class Sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  Sink() { formatter_ = formatterOf(target_.style()); }

  Result<void> open(const std::string& path) {
    const std::lock_guard lock(mutex_);
    auto opened = target_.open(path);
    formatter_ = formatterOf(target_.style());
    return opened;
  }
  // Whether there was something to open anew.
  Result<bool> reopen() {
    const std::lock_guard lock(mutex_);
    if (auto reopened = target_.reopen(); !reopened) return std::move(reopened.error());
    return target_.isFile();
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    const std::string_view text(formatted.data(), formatted.size());
    line_.clear();
    if (target_.style() == Style::journal) line_ += priorityOf(message.level);
    if (target_.style() == Style::coloured) {
      line_ += text.substr(0, message.color_range_start);
      line_ += colourOf(message.level);
      line_ += text.substr(message.color_range_start, message.color_range_end - message.color_range_start);
      line_ += "\x1b[0m";
      line_ += text.substr(message.color_range_end);
    } else {
      line_ += text;
    }
    target_.write(line_, monoNow());
  }
  void flush_() override {}

  Target target_;
  std::string line_;
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

void flush() { theLog().logger.flush(); }

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
