#include "megaphone/observe/counter_book.h"

namespace megaphone::observe {

Totals ListenerCounters::totals() const {
  Totals totals;
  for (const Counters& loop : loops_) add(totals, loop);
  return totals;
}

std::shared_ptr<ListenerCounters> CounterBook::open() {
  close();
  return listeners_.emplace_back(std::make_shared<ListenerCounters>(former_.size()));
}

// Counters that only the book holds are written no more: nobody can get hold of them again. Dropping one more reference
// orders the reads below behind the last write, as dropping the writer's own did on its thread; use_count() does not.
void CounterBook::close() {
  std::erase_if(listeners_, [this](const std::shared_ptr<ListenerCounters>& listener) {
    if (listener.use_count() > 1) return false;
    std::shared_ptr<ListenerCounters>(listener).reset();
    for (std::size_t i = 0; i < former_.size(); ++i) add(former_[i], listener->of(i));
    return true;
  });
}

Totals CounterBook::of(std::size_t loop) const {
  Totals totals = former_[loop];
  for (const auto& listener : listeners_) add(totals, listener->of(loop));
  return totals;
}

Totals CounterBook::totals() const {
  Totals totals;
  for (std::size_t i = 0; i < former_.size(); ++i) add(totals, of(i));
  return totals;
}

}  // namespace megaphone::observe
