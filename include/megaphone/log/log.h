// The daemon log. The only door to spdlog. Any thread; nobody who says something waits for what it is written to: a
// thread of the log's own writes, from the first open() on. Lines that find no room in its queue of 1 MiB are counted,
// and the log says how many as soon as it can.
//
// Nothing that a peer sends is above info; an error means that we or the operator must act (architecture.md, invariant
// 11). The access log is not here: it has rings and a writer thread of its own (observe/access_log.h).
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/result.h"
#include "megaphone/config/settings.h"

namespace megaphone::log {

// Opens the target. Until then, and after a failure, lines go to stderr at info. On failure everything stays as it was.
// On a terminal: time and colour; when stderr is the journal ($JOURNAL_STREAM names its device and inode): "<N>"
// priority and no time; else time and level.
Result<void> open(const config::Log& settings);
// Opens the file anew under its path (after a rotation). Says so in the new file; on failure keeps the old one.
Result<void> reopen();
// Waits until all is written, for some seconds at most. Called before the process ends.
void flush();

bool enabled(config::Log::Level level);  // cheap; to avoid building a line that nobody reads
void debug(std::string_view line);
void info(std::string_view line);
void warning(std::string_view line);
void error(std::string_view line);

// At most one line per `key` and ten seconds goes through; the next one says how many were left out.
void infoSometimes(std::string_view key, std::string_view line);
void warningSometimes(std::string_view key, std::string_view line);

}  // namespace megaphone::log
