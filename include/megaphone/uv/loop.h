// Loop: one event loop, run by one thread: an epoll descriptor of its own for sockets, and a libuv loop for everything
// else, which it polls together with them (docs/decisions/0003-edge-triggered-streams.md). libuv is used in this room
// only.
//
// A handle of this room (Stream, Listener, DatagramSocket, Timer, Wakeup, Signal, Poll) is a movable object that owns a
// box on the heap. Its destructor unlinks the owner, so that no callback follows, and closes the descriptor at once;
// the memory of the box is freed later. Everything but Wakeup::wake() is called on the loop's thread.
#pragma once

#include <memory>

#include "megaphone/base/mono_time.h"

namespace megaphone::uv {

// Base class of objects for deferDelete().
class Deferred {
 public:
  Deferred() = default;
  Deferred(const Deferred&) = delete;
  Deferred& operator=(const Deferred&) = delete;
  virtual ~Deferred() = default;
};

class Loop {
 public:
  // Throws Shortage if descriptors or memory run out, as the constructor of every handle does.
  Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  // REQUIRES: all handles on this loop are destroyed, and it does not run. Asserts that uv_loop_close() finds none
  // left.
  ~Loop();

  // Runs until stop(). The thread that calls it is the loop's thread from then on.
  void run();
  // Ends run() after the current round.
  void stop();

  // Returns the monotonic time of this round, which is read once after each wake-up.
  MonoTime now() const;

  // Deletes `object` when no callback is on the stack any more, before the loop sleeps at the latest.
  void deferDelete(std::unique_ptr<Deferred> object);

  struct Inside;
  Inside& inside() { return *inside_; }  // for this room

 private:
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::uv
