// Wake: how a writer thread sleeps without missing what is pushed into its rings, and how those who push avoid a
// system call each time.
//
// After a push the pusher looks at the writer's state; before it sleeps the writer announces that, and then looks at
// the rings once more. Both are sequentially consistent, so one of the two sees the other.
//
//   busy     it will look at the rings anyway            a push does nothing
//   napping  it looks again in a moment                  a push wakes it when its ring is filling up
//   asleep   it waits for the next push, however long    a push wakes it
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "megaphone/base/result.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone {

class Wake {
 public:
  Result<void> open();

  // The pushing threads, after the record can be seen.
  void onPush(bool filling_up) {
    const State state = state_.load(std::memory_order_seq_cst);
    if (state == State::busy || (state == State::napping && !filling_up)) return;
    if (state_.exchange(State::busy, std::memory_order_seq_cst) != State::busy) ring();
  }
  // Any thread: the writer wakes up, or will not go to sleep.
  void ring();

  // The writer. Returns at once if `needed()`, which looks at the rings, says so.
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
  UniqueFd bell_;  // an eventfd: a ring is kept until the writer comes to hear it
};

}  // namespace megaphone
