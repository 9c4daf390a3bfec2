// Captures: all captures of the daemon, and the capture writer thread. Called on the main thread.
//
// Each loop and connect worker pushes events into its own lane (lane.h), a bounded ring. The capture writer merges the
// lanes by time, and every running capture makes packets of the events in its scope. The pushing threads never wait:
// events that do not fit are lost, and counted.
#pragma once

#include <memory>
#include <vector>

#include "megaphone/base/result.h"
#include "megaphone/capture/lane.h"
#include "megaphone/capture/request.h"

namespace megaphone::capture {

// Receives events of captures, on the capture writer's thread. An implementation passes them on to the main thread.
class CapturesSink {
 public:
  // Reports that a capture begins to lose packets. `errnum`: why its file cannot be written; 0: packets arrive faster
  // than they are written.
  virtual void onCaptureLoses(Id id, int errnum) = 0;
  // Reports that a capture's last byte is written and its file or descriptor closed. The main thread then calls
  // forget().
  virtual void onCaptureEnded(Id id, Ended ended, const Figures& figures) = 0;

 protected:
  ~CapturesSink() = default;
};

class Captures {
 public:
  // Makes the lanes; the thread starts with the first capture. REQUIRES: sink outlives it.
  Captures(std::size_t lanes, CapturesSink& sink);
  // Ends all captures. REQUIRES: no thread pushes into the lanes any more.
  ~Captures();

  Lane& lane(std::size_t index);

  // Starts a capture and adds its scope to wanted(), which the caller gives to all loops. Fails if the file cannot be
  // made.
  Result<Id> start(Request request);
  // Ends Request::held: writing begins, and a file is renamed to its path.
  void release(Id id);
  // Ends a capture when everything pushed until now is written, or after a second; onCaptureEnded() follows. Has no
  // effect if it has ended.
  void stop(Id id);
  // Removes a capture from wanted(), which the caller gives to all loops, and from running().
  void forget(Id id);

  WantedPtr wanted() const;
  std::vector<Running> running() const;
  // Returns the sum of the packets that each capture has lost since the daemon began. An event that did not fit into a
  // lane counts once for each running capture.
  std::uint64_t lost() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::capture
