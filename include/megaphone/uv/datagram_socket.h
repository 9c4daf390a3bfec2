// DatagramSocket: receives datagrams in bounded batches and sends the answers out of the same bytes, each from the
// address that its question was sent to (IP_PKTINFO, IPV6_PKTINFO).
#pragma once

#include <memory>
#include <span>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/loop.h"

namespace megaphone::uv {

struct Datagram {
  Endpoint from;
  IpAddress to;             // where it was sent to; unspecified if the kernel did not say
  std::span<char> payload;  // may be changed in place; lives until onDatagrams returns
  bool answer = false;      // set it to have the payload sent back
};

class DatagramSink {
 public:
  // One batch. The sink may not destroy the socket here.
  virtual void onDatagrams(std::span<Datagram> batch) = 0;
  // So many answers of the batch, with so many bytes of payload, could not be sent: they are lost.
  virtual void onUnsent(std::size_t count, std::size_t bytes) = 0;

 protected:
  ~DatagramSink() = default;
};

class DatagramSocket {
 public:
  DatagramSocket() = default;
  // Takes a bound non-blocking UDP descriptor and begins at once. REQUIRES: sink outlives the socket.
  DatagramSocket(Loop& loop, UniqueFd fd, DatagramSink& sink);

  // SO_RCVBUF; the kernel may give less.
  void askForReceiveBuffer(std::uint64_t bytes);

  explicit operator bool() const { return box_ != nullptr; }

  struct Box;

 private:
  struct Closer {
    void operator()(Box* box) const;
  };
  std::unique_ptr<Box, Closer> box_;
};

}  // namespace megaphone::uv
