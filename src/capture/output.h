// Output: one running capture: writes the packets of its recorder to a file, a ring of files, or a descriptor. The
// capture writer's thread, except figures().
//
// It never waits for a slow reader: packets that do not fit into the queue are lost. With a full disk the queue is
// lost, and writing is tried again; only whole blocks are left out, so that the file stays readable.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "megaphone/base/result.h"
#include "megaphone/capture/request.h"
#include "recorder.h"

namespace megaphone::capture {

class Output {
 public:
  static constexpr std::size_t kMostQueued = std::size_t{4} << 20;
  static constexpr Duration kGrace = std::chrono::seconds(1);
  static constexpr Duration kCalm = std::chrono::seconds(10);

  // Opens the file. `seed`: as Recorder's.
  static Result<std::unique_ptr<Output>> open(Id id, Request request, std::uint64_t seed, MonoTime now);

  Id id() const { return id_; }

  void take(const Event& event);
  // Ends Request::held; its time begins.
  void release(MonoTime now);
  // Writes as much as possible; ends the capture when its time is over.
  void turn(MonoTime now);
  // Returns a value if packets begin to be lost, after a while without loss: the errno of the file, or 0 if they arrive
  // too fast.
  std::optional<int> beginsToLose(MonoTime now);
  // Ends the capture for that reason, unless it has ended.
  void end(Ended ended);
  std::optional<Ended> ended() const { return ended_; }
  // Returns whether the capture has ended and everything is written, or the reader has had its time.
  bool done(MonoTime now) const {
    const bool unwanted = ended_ == Ended::stopped && request_.held;
    return ended_ && (queue_.empty() || unwanted || now - endedAt_ > kGrace);
  }
  // Closes the file or descriptor. Queued bytes are lost, unless the capture was never released.
  void close();

  Figures figures() const;  // any thread

 private:
  Output(Id id, Request request, std::uint64_t seed, MonoTime now);
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
  bool hasRingOfFiles() const { return !request_.path.empty() && request_.file_size > 0; }

  const Id id_;
  Request request_;
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
