// AccessLog: one line per exchange, tunnel, TCP session and interval of datagrams, without ever blocking a loop.
//
// Every loop has a RecordRing: a bounded ring of bytes with one writing and one reading thread. push() packs a record
// into it without a lock or an allocation; when the ring is full the record is dropped and counted. The log writer
// thread empties all rings, turns records into JSON lines, and writes them in batches. A disk that fails costs lines,
// is said once in the daemon log, and recovers by itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "megaphone/base/result.h"
#include "megaphone/config/settings.h"
#include "megaphone/record/exchange_record.h"

namespace megaphone::observe {

// What the log must tell the daemon about; called on the log writer thread, at the end in the destructor of
// AccessLog. Must outlive it. (observe does not know the daemon log.)
class AccessLogSink {
 public:
  virtual void onAccessLogTrouble(const Error& error) = 0;    // once per streak of failures
  virtual void onAccessLogRecovered(std::uint64_t lost) = 0;  // lines lost since the trouble began
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

class AccessLog {
 public:
  // Opens the target ("", a path, "stderr", "stdout") and makes `rings` rings. No thread runs yet.
  static Result<std::unique_ptr<AccessLog>> open(const config::AccessLog& settings, unsigned rings,
                                                 AccessLogSink& sink);
  // Stops the writer after it has written all that is in the rings. REQUIRES: nobody pushes any more.
  ~AccessLog();

  bool enabled() const;  // false: no target; rings exist and swallow
  RecordRing& ring(unsigned index);
  void start();   // starts the log writer thread
  void reopen();  // any thread, not in a signal handler: the writer opens its path anew before the next line
  // Also without that: a path that no longer names the open file (moved away) is opened anew within a second or so.

 private:
  struct Inside;
  explicit AccessLog(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::observe
