#include "turns.h"

namespace bench {

Turns& Turns::instance() {
  static Turns turns;
  return turns;
}

void Turns::forget(const Handler* handler) {
  for (auto* list : {&waiting_, &current_}) {
    for (Handler*& waits : *list) {
      if (waits == handler) waits = nullptr;
    }
  }
}

void Turns::run(Poller& poller) {
  for (;;) {
    current_.clear();
    current_.swap(waiting_);
    for (std::size_t i = 0; i < current_.size(); ++i) {
      if (current_[i] != nullptr && current_[i]->open()) current_[i]->onEvents(0);
    }
    poller.round(waiting_.empty() ? -1 : 0);
  }
}

}  // namespace bench
