// Output: one running capture: what its recorder makes of the events, on its way into a file, a ring of files, or a
// descriptor that somebody reads. The capture writer's thread, but for figures().
//
// Nothing waits for a slow reader: packets that find the queue full are lost. A disk that is full loses what is queued,
// and is tried again; only whole blocks are ever left out, so that the file stays readable.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "megaphone/base/result.h"
#include "megaphone/capture/order.h"
#include "recorder.h"

namespace megaphone::capture {

class Output {
 public:
  static constexpr std::size_t kMostQueued = std::size_t{4} << 20;
  static constexpr Duration kGrace = std::chrono::seconds(1);
  static constexpr Duration kCalm = std::chrono::seconds(10);

  // Opens the file. `seed`: as Recorder's.
  static Result<std::unique_ptr<Output>> open(Id id, Order order, std::uint64_t seed, MonoTime now);

  Id id() const { return id_; }

  void take(const Event& event);
  // Order::held is over; its time begins.
  void release(MonoTime now);
  // Writes what it can; notices when its time is over.
  void turn(MonoTime now);
  // Nothing, or that it begins to lose packets, having lost none for a while: why its file cannot be written; 0: they
  // come too fast.
  std::optional<int> beginsToLose(MonoTime now);
  // Ends it for that reason, unless it has ended.
  void end(Ended ended);
  std::optional<Ended> ended() const { return ended_; }
  // It has ended, and all is written, or has waited for its reader long enough.
  bool done(MonoTime now) const {
    const bool unwanted = ended_ == Ended::stopped && order_.held;
    return ended_ && (queue_.empty() || unwanted || now - endedAt_ > kGrace);
  }
  // What its reader has not taken by now is lost, unless it was never released.
  void close();

  Figures figures() const;  // any thread

 private:
  Output(Id id, Order order, std::uint64_t seed, MonoTime now);
  Result<void> makeFile();
  Result<void> takeFile();
  void beginFile();
  void nextFile();
  Result<void> moveOlder();
  void write();
  void readerGone();
  void fileFailed(int errnum);
  void takeBackPart();
  void forgetWritten();
  void loseFrom(std::size_t begin);
  bool hasRingOfFiles() const { return !order_.path.empty() && order_.file_size > 0; }

  const Id id_;
  Order order_;
  MonoTime began_;
  Recorder recorder_;
  UniqueFd fd_;
  std::string queue_;         // whole blocks
  std::size_t written_ = 0;   // bytes of the first one
  std::uint64_t inFile_ = 0;  // bytes of this file, queued ones included
  std::optional<Ended> ended_;
  MonoTime endedAt_{};
  bool stuck_ = false;  // the last write did not take all
  int trouble_ = 0;     // errno of the last write, if it failed
  std::uint64_t lostBefore_ = 0;
  std::optional<MonoTime> lastLoss_;
  std::atomic<std::uint64_t> packets_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace megaphone::capture
