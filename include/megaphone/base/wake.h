// Wake: lets a writer thread sleep without missing a push into one of its rings, and saves the pushing threads a system
// call per push.
//
// The pusher reads the writer's state after a push; the writer publishes that it will sleep, and then checks the rings
// once more. Both are sequentially consistent, so at least one of the two sees the other.
//
//   busy     the writer will check the rings anyway      a push does nothing
//   napping  the writer checks again in a moment         a push wakes it if its ring is filling up
//   asleep   the writer waits for the next push          a push wakes it
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone {

class Wake {
 public:
  // Makes the eventfd. REQUIRES: called before anything else.
  Result<void> open();

  // Called by a pushing thread after its push is published.
  void onPush(bool filling_up) {
    const State state = state_.load(std::memory_order_seq_cst);
    if (state == State::busy || (state == State::napping && !filling_up)) return;
    if (state_.exchange(State::busy, std::memory_order_seq_cst) != State::busy) ring();
  }
  // Wakes the writer, or keeps it from going to sleep. Any thread.
  void ring();

  // Sleep for `time` at most, or until woken. The writer's thread only. Return at once if `needed()`, which checks the
  // rings, holds.
  template <class Needed>
  void nap(std::chrono::milliseconds time, Needed&& needed) {
    rest(State::napping, static_cast<int>(time.count()), needed);
  }
  template <class Needed>
  void sleep(Needed&& needed) {
    rest(State::asleep, -1, needed);
  }

 private:
  enum class State : std::uint8_t { busy, napping, asleep };

  template <class Needed>
  void rest(State state, int timeout_ms, Needed& needed) {
    state_.store(state, std::memory_order_seq_cst);
    if (!needed()) waitForRing(timeout_ms);
    state_.store(State::busy, std::memory_order_seq_cst);
  }
  void waitForRing(int timeout_ms);

  std::atomic<State> state_{State::busy};
  UniqueFd bell_;  // an eventfd: a wake-up stays pending until the writer reads it
};

}  // namespace megaphone
