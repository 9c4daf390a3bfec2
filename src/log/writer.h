// Writer: the thread that writes the lines of the daemon log, so that callers never wait for a disk, a pipe or a
// terminal. Lines wait in a bounded queue; those that do not fit are dropped and counted.
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

  // `onDropped` makes a line that reports a number of dropped lines; called on the writer's thread.
  explicit Writer(std::function<std::string(std::uint64_t)> onDropped) : onDropped_(std::move(onDropped)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Starts the thread unless it runs; until then callers write their lines themselves. The thread is never joined, so
  // the writer must never be destroyed.
  Result<void> start();

  // Any thread. `line` has its end.
  void write(std::string line);
  // Replaces the target for further lines; a line that cannot be finished at the old one is dropped.
  void turnTo(Target target);
  // Waits until all lines are written, or none could be written for a while.
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
