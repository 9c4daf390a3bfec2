// ErrorQueue: reads ICMP errors about datagrams that a socket has sent (IP_RECVERR of ip(7)), during its lifetime.
//
// Meanwhile any call on the socket may fail with the error of an earlier datagram; the call is then to be repeated.
#pragma once

#include <sys/socket.h>

#include <array>

#include "megaphone/uv/datagram_socket.h"

namespace megaphone::uv {

class ErrorQueue {
 public:
  // Switches the queue on, for all descriptors of the same socket. REQUIRES: the descriptor, which is not owned, stays
  // open.
  explicit ErrorQueue(int fd);
  // Switches the queue off and discards its contents.
  ~ErrorQueue();
  ErrorQueue(const ErrorQueue&) = delete;
  ErrorQueue& operator=(const ErrorQueue&) = delete;

  // Empties the queue, and reports closed ports to the sink.
  void read(DatagramSink& sink);

 private:
  static constexpr std::size_t kBatch = 16;
  static constexpr std::size_t kLongestQuote = 1280;
  static constexpr std::size_t kControlSize = 256;

  void prepare();
  void set(int on) const;

  const int fd_;
  std::array<mmsghdr, kBatch> messages_{};
  std::array<iovec, kBatch> pieces_{};
  std::array<sockaddr_storage, kBatch> names_{};
  std::array<std::array<char, kLongestQuote>, kBatch> quotes_;
  alignas(cmsghdr) std::array<std::array<char, kControlSize>, kBatch> controls_;
};

}  // namespace megaphone::uv
