// Captures: all captures of the daemon, and the thread that writes them. Everything here is called on the main thread.
//
// Loops and connect workers push what they see into a lane each (lane.h), a bounded ring. The capture writer takes the
// events of all lanes in the order of their times, and every running capture makes of them what it wants to show.
// Nobody waits for it: what does not fit is lost, and counted.
#pragma once

#include <memory>
#include <vector>

#include "megaphone/base/result.h"
#include "megaphone/capture/lane.h"
#include "megaphone/capture/order.h"

namespace megaphone::capture {

// Called on the capture writer's thread: hand it to the main thread.
class CapturesSink {
 public:
  // It begins to lose packets. `errnum`: why its file cannot be written; 0: they come faster than they are taken.
  virtual void onCaptureLoses(Id id, int errnum) = 0;
  // Its last byte is written, and its file or descriptor is closed: the main thread calls forget().
  virtual void onCaptureEnded(Id id, Ended ended, const Figures& figures) = 0;

 protected:
  ~CapturesSink() = default;
};

class Captures {
 public:
  // REQUIRES: sink outlives it. The thread begins with the first capture.
  Captures(std::size_t lanes, CapturesSink& sink);
  // REQUIRES: nobody pushes into the lanes any more. Ends all captures.
  ~Captures();

  Lane& lane(std::size_t index);

  // From now on wanted() has it: the caller gives that to all loops. Fails where the file cannot be made.
  Result<Id> start(Order order);
  // Order::held is over: a file takes its path.
  void release(Id id);
  // It ends when what was pushed until now is written, or after a second; onCaptureEnded() follows. Nothing happens if
  // it has ended.
  void stop(Id id);
  // Takes it out of wanted() and running(): the caller gives wanted() to all loops.
  void forget(Id id);

  WantedPtr wanted() const;
  std::vector<Running> running() const;
  // The sum of what each capture has lost since the daemon began: what finds no room in a lane counts once for each.
  std::uint64_t lost() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::capture
