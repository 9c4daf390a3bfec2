// Turns: edge-triggered handlers that had more to do than one round allows.
#pragma once

#include <vector>

#include "poller.h"

namespace bench {

class Turns {
 public:
  static Turns& instance();
  void add(Handler* handler) { waiting_.push_back(handler); }
  void forget(const Handler* handler);
  // Rounds without end.
  [[noreturn]] void run(Poller& poller);

 private:
  std::vector<Handler*> waiting_;
  std::vector<Handler*> current_;
};

inline constexpr std::uint32_t kEdges = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
inline constexpr std::uint32_t kHeard = EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR;
inline constexpr int kRoundsPerTurn = 16;
inline constexpr std::size_t kReadSize = std::size_t{1} << 17;

}  // namespace bench
