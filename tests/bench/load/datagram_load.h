// DatagramLoad: sockets with a window of datagrams in flight each, sent and received in batches. Every answer is
// compared; one that does not come counts as lost.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tally.h"

namespace bench {

struct DatagramPlan {
  int port = 0;
  std::size_t sockets = 8;
  std::size_t window = 64;  // at most 256
  std::size_t size = 64;    // at least 16
  double seconds = 3;
  Nanoseconds timeout = kSecond / 4;
};

class DatagramLoad {
 public:
  explicit DatagramLoad(const DatagramPlan& plan);
  ~DatagramLoad();
  void run();
  Tally tally;

 private:
  class Socket;
  DatagramPlan plan_;
  std::vector<std::unique_ptr<Socket>> sockets_;
};

}  // namespace bench
