// AccessLog: one line per exchange, tunnel, TCP session and interval of datagrams, without ever blocking a loop.
//
// Every loop has a RecordRing: a bounded ring of bytes with one writing and one reading thread. push() packs a record
// into it without a lock or an allocation; when the ring is full the record is dropped and counted. The log writer
// thread empties all rings, turns records into lines as their listener's log wants them, and writes them in batches.
// Loops know nothing of formats and files. A disk that fails costs lines, is said once, and recovers by itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "megaphone/base/result.h"
#include "megaphone/config/settings.h"
#include "megaphone/record/exchange_record.h"

namespace megaphone::observe {

// Receives what the daemon must know about its log. Called on the log writer thread or in the destructor of AccessLog,
// one call at a time. Must outlive the AccessLog, and does not block. (observe does not know the daemon log.)
class AccessLogSink {
 public:
  // Once per streak of failures of a file (or "stderr", "stdout").
  virtual void onAccessLogTrouble(const Error& error) = 0;
  // Lines of that file that were lost since its trouble began.
  virtual void onAccessLogRecovered(const std::string& file, std::uint64_t lost) = 0;
  // Lines of that file that were lost since its trouble began, which has not ended: no more will be written to it.
  virtual void onAccessLogLost(const std::string& file, std::uint64_t lost) = 0;
  // The writer came too late for so many records since it was said last: at once, then at most every ten seconds, and
  // at the end.
  virtual void onAccessLogOverrun(std::uint64_t dropped) = 0;

 protected:
  ~AccessLogSink() = default;
};

// The writing end of one loop. The loop's thread only.
class RecordRing {
 public:
  // Never blocks, never allocates. Drops and counts when the ring is full. Overlong texts are cut and end in "...".
  void push(const record::ExchangeRecord& record);
  std::uint64_t dropped() const;  // any thread

  explicit RecordRing(std::size_t bytes);
  ~RecordRing();
  struct Inside;
  Inside& inside() { return *inside_; }

 private:
  std::unique_ptr<Inside> inside_;
};

class Outlets;  // the files that are open, and whose lines go there

class AccessLog {
 public:
  // Opens every file and makes `rings` rings. No thread runs yet.
  static Result<std::unique_ptr<AccessLog>> open(const config::Settings& settings, unsigned rings, AccessLogSink& sink);
  // Stops the writer after it has written all that is in the rings, and leaves it behind if it has not come to an end
  // in some seconds: a disk that does not answer holds up nobody. REQUIRES: nobody pushes any more.
  ~AccessLog();

  // Other settings, on the thread that opened the log: plan() opens what is new and changes nothing, take() cannot
  // fail. What is pushed from then on comes out as they say. The rings keep their size.
  Result<std::shared_ptr<Outlets>> plan(const config::Settings& settings) const;
  void take(std::shared_ptr<Outlets> plan);

  RecordRing& ring(unsigned index);
  Result<void> start();  // starts the log writer thread
  void reopen();         // any thread, not in a signal handler: the writer opens its paths anew before the next line
  // Also without that: a path that no longer names the open file (moved away) is opened anew within a second or so.

 private:
  struct Inside;
  explicit AccessLog(std::shared_ptr<Inside> inside);
  std::shared_ptr<Inside> inside_;
};

}  // namespace megaphone::observe
