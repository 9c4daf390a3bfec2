// The daemon log, and the only room that uses spdlog. Any thread. Callers never wait for the output: from the first
// open() on, the log's own thread writes. Lines that exceed its queue of 1 MiB are dropped and counted, and the log
// reports how many as soon as it can.
//
// Nothing that a peer causes is logged above info; an error means that we or the operator must act (architecture.md,
// invariant 11). The access log is separate: it has rings and a writer thread of its own (observe/access_log.h).
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/result.h"
#include "megaphone/config/settings.h"

namespace megaphone::log {

// Opens the target. Before the first success, lines go to stderr at level info. A failure changes nothing. Lines have
// time and colour on a terminal; a "<N>" priority and no time if stderr is the journal ($JOURNAL_STREAM names its
// device and inode); else time and level.
Result<void> open(const config::Log& settings);
// Reopens the file at its path (after a rotation), and says so in the new file. On failure keeps the old one.
Result<void> reopen();
// Waits until all lines are written, for some seconds at most. Called before the process ends.
void flush();

bool enabled(config::Log::Level level);  // cheap; to avoid building a line that is not logged
void debug(std::string_view line);
void info(std::string_view line);
void warning(std::string_view line);
void error(std::string_view line);

// Log at most one line per `key` in ten seconds; the next one says how many were left out.
void infoSometimes(std::string_view key, std::string_view line);
void warningSometimes(std::string_view key, std::string_view line);

}  // namespace megaphone::log
