// DatagramSocket: receives datagrams in bounded batches and sends the answers out of the same bytes, each from the
// address that its question was sent to (IP_PKTINFO, IPV6_PKTINFO).
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/loop.h"

namespace megaphone::uv {

struct Datagram {
  Endpoint from;
  IpAddress to;             // where it was sent to; unspecified if the kernel did not say
  bool toMany = false;      // that is a broadcast or multicast address
  std::span<char> payload;  // may be changed in place; lives until onDatagrams returns
  bool answer = false;      // set it to have the payload sent back
};

class DatagramSink {
 public:
  // One batch. The sink may not destroy the socket here.
  virtual void onDatagrams(std::span<Datagram> batch) = 0;
  // So many answers of the batch, with so many bytes of payload, could not be sent: they are lost.
  virtual void onUnsent(std::size_t count, std::size_t bytes) = 0;
  // While they are told: the port is closed to which a datagram was sent, from `local` if the kernel says. `quote`: its
  // payload, or the first hundreds of bytes of it.
  virtual void onPortClosed(const Endpoint& /*remote*/, const IpAddress& /*local*/, std::string_view /*quote*/) {}

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

  // Has the sink told of ports that are closed, or not any more. Until then nothing of it costs anything.
  void tellClosedPorts(bool on);

  explicit operator bool() const { return box_ != nullptr; }

  struct Box;

 private:
  struct Closer {
    void operator()(Box* box) const;
  };
  std::unique_ptr<Box, Closer> box_;
};

}  // namespace megaphone::uv
