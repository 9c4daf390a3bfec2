// DatagramSocket: receives datagrams in bounded batches and sends answers from the same buffers, each from the address
// that its question was sent to (IP_PKTINFO, IPV6_PKTINFO). The loop's thread only.
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
  IpAddress to;             // its destination; unspecified if the kernel did not report it
  bool toMany = false;      // `to` is a broadcast or multicast address
  std::span<char> payload;  // may be changed in place; valid until onDatagrams returns
  bool answer = false;      // set it to have the payload sent back
};

class DatagramSink {
 public:
  // Receives one batch. The sink may not destroy the socket here.
  virtual void onDatagrams(std::span<Datagram> batch) = 0;
  // Reports that `count` answers of the batch, `bytes` of payload together, could not be sent and are lost.
  virtual void onUnsent(std::size_t count, std::size_t bytes) = 0;
  // Reports a port unreachable (ICMP) for a datagram that was sent to `remote`, while tellClosedPorts() is on. `local`:
  // its source address, if the kernel reports it. `quote`: its payload, or the first hundreds of bytes of it.
  virtual void onPortClosed(const Endpoint& /*remote*/, const IpAddress& /*local*/, std::string_view /*quote*/) {}

 protected:
  ~DatagramSink() = default;
};

class DatagramSocket {
 public:
  DatagramSocket() = default;
  // Takes a bound non-blocking UDP descriptor and starts receiving. REQUIRES: sink outlives the socket.
  DatagramSocket(Loop& loop, UniqueFd fd, DatagramSink& sink);

  // Sets SO_RCVBUF; the kernel may grant less.
  void askForReceiveBuffer(std::uint64_t bytes);

  // Turns onPortClosed() on or off. While it is off the kernel does not report closed ports.
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
