// CounterBook: the counters of all listeners of the daemon. What a listener has counted stays in the totals when it is
// gone.
//
// Threads: a listener's set for a loop is written by that loop alone; all else is the main thread's.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "megaphone/observe/counters.h"

namespace megaphone::observe {

// One listener's counters, a set for each loop.
class ListenerCounters {
 public:
  explicit ListenerCounters(std::size_t loops) : loops_(loops) {}

  Counters& of(std::size_t loop) { return loops_[loop]; }
  const Counters& of(std::size_t loop) const { return loops_[loop]; }
  // Returns the sums over all loops. Any thread.
  Totals totals() const;

 private:
  std::vector<Counters> loops_;
};

class CounterBook {
 public:
  explicit CounterBook(std::size_t loops) : former_(loops) {}

  // Returns the counters of a new listener. Whoever counts in them holds them; they may outlive the book.
  std::shared_ptr<ListenerCounters> open();
  // Returns what all listeners since the start have counted on that loop.
  Totals of(std::size_t loop) const;
  // Returns the sums over all loops.
  Totals totals() const;

 private:
  void close();

  std::vector<Totals> former_;  // of listeners that are gone, by loop
  std::vector<std::shared_ptr<ListenerCounters>> listeners_;
};

}  // namespace megaphone::observe
