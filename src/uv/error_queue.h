// ErrorQueue: what ICMP says of datagrams that a socket has sent (IP_RECVERR of ip(7)), for as long as it lives.
//
// Meanwhile any call on the socket may fail with what an earlier datagram has met. That says nothing of this one: the
// call has to be made again.
#pragma once

#include <sys/socket.h>

#include <array>

#include "megaphone/uv/datagram_socket.h"

namespace megaphone::uv {

class ErrorQueue {
 public:
  // Switches it on. The descriptor stays the caller's. Where others have descriptors of the same socket, it is theirs,
  // too.
  explicit ErrorQueue(int fd);
  // Switches it off and forgets what is left.
  ~ErrorQueue();
  ErrorQueue(const ErrorQueue&) = delete;
  ErrorQueue& operator=(const ErrorQueue&) = delete;

  // Takes what is there, and tells of ports that are closed.
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
