// Timer, Signal, Poll: handles with one callback each, called on the loop's thread. The callback may destroy the
// handle.
#pragma once

#include <functional>
#include <memory>

#include "megaphone/uv/loop.h"

namespace megaphone::uv {

// Closes a box; its memory is freed when libuv has released it.
template <class Box>
struct BoxCloser {
  void operator()(Box* box) const;
};

class Timer {
 public:
  Timer() = default;
  Timer(Loop& loop, std::function<void()> onTime);
  // Fires once, `delay` from now (rounded up to milliseconds); restarts a running timer. After a pause of the process
  // it fires only when the loop has served everything that had arrived.
  void start(Duration delay);
  void stop();
  explicit operator bool() const { return box_ != nullptr; }

  struct Box;

 private:
  std::unique_ptr<Box, BoxCloser<Box>> box_;
};

class Signal {
 public:
  Signal() = default;
  Signal(Loop& loop, int signum, std::function<void()> onSignal);

  struct Box;

 private:
  std::unique_ptr<Box, BoxCloser<Box>> box_;
};

// Watches a descriptor that it does not own, for libraries that do their own input and output. REQUIRES: destroyed
// before the descriptor is closed.
class Poll {
 public:
  using OnReady = std::function<void(bool readable, bool writable)>;
  Poll() = default;
  Poll(Loop& loop, int fd, OnReady onReady);
  // Replaces the events to wait for; both false stops watching.
  void watch(bool readable, bool writable);

  struct Box;

 private:
  std::unique_ptr<Box, BoxCloser<Box>> box_;
};

}  // namespace megaphone::uv
