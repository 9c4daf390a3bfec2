// Writer: a thread that writes the lines of the daemon log, so that nobody who says something waits for a disk, a pipe
// or a terminal. Lines wait in a bounded queue; those that find no room are dropped and counted.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

#include "megaphone/base/result.h"
#include "target.h"

namespace megaphone::log {

class Writer {
 public:
  static constexpr std::size_t kMostBytes = 1 << 20;  // of lines that wait

  // `onDropped` makes a line about that many that were dropped; it is called on the thread.
  explicit Writer(std::function<std::string(std::uint64_t)> onDropped) : onDropped_(std::move(onDropped)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Starts the thread, where it does not run yet; until then lines are written by who says them. The thread is never
  // joined: the writer must live for ever.
  Result<void> start();

  // Any thread. `line` has its end.
  void write(std::string line);
  // What is written from then on goes there; a line that cannot be finished at the old place is dropped.
  void turnTo(Target target);
  // Waits until all is written, or nothing could be written for a while.
  void flush();

 private:
  using Entry = std::variant<std::string, Target>;

  void run();
  void add(Entry entry, std::size_t bytes);
  void carryOut(Entry& entry);
  void put(const std::string& line, std::uint64_t standsFor);
  void tellOfDropped();

  const std::function<std::string(std::uint64_t)> onDropped_;
  std::mutex mutex_;  // for all that follows but the target
  std::condition_variable added_;
  std::condition_variable done_;
  std::deque<Entry> waiting_;
  std::size_t waitingBytes_ = 0;
  std::size_t targetsWaiting_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t written_ = 0;  // entries
  bool busy_ = false;
  bool runs_ = false;
  Target target_;  // the thread's, once it runs
};

}  // namespace megaphone::log
