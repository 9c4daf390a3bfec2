// Loop: one libuv event loop, owned and run by one thread. libuv is known in this room only.
//
// A handle of this room (Stream, Listener, DatagramSocket, Timer, Wakeup, Signal, Poll) is a movable object that owns a
// box on the heap. Its destructor cuts the link to the owner, so that no call-back comes after it, and closes the
// descriptor at once; the memory of the box waits for libuv. Everything but Wakeup::wake() belongs to the loop's
// thread.
#pragma once

#include <memory>

#include "megaphone/base/mono_time.h"

namespace megaphone::uv {

// What may be given to deferDelete.
class Deferred {
 public:
  Deferred() = default;
  Deferred(const Deferred&) = delete;
  Deferred& operator=(const Deferred&) = delete;
  virtual ~Deferred() = default;
};

class Loop {
 public:
  // Throws Shortage, as every handle does in its constructor, where descriptors or memory are short.
  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  // REQUIRES: all handles on this loop are gone, and it does not run. Asserts that uv_loop_close() finds nothing left.
  ~Loop();

  // Runs until stop(). The thread that calls it is the loop's thread from then on.
  void run();
  // Ends run() after the current round. Loop's thread only.
  void stop();

  // The monotonic time of this round: read once after waking up.
  MonoTime now() const;

  // Deletes `object` when no call-back is on the stack any more: before the loop sleeps, at the latest.
  void deferDelete(std::unique_ptr<Deferred> object);

  struct Inside;
  Inside& inside() { return *inside_; }  // for this room

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::uv
