// DatagramSocket: a UDP socket connected to one endpoint, so that only that server can answer, and the kernel reports
// closed ports. It never blocks.
#pragma once

#include <span>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"
#include "network_error.h"

namespace megaphone::client {

// The largest payload of UDP over IPv4, in bytes.
inline constexpr std::size_t kLargestDatagram = 65507;

class DatagramSocket {
 public:
  // Each returns errnum 0 on success, EAGAIN if it is to be repeated after poll, else the error that ICMP or this
  // machine reported.
  NetworkError open(const Endpoint& endpoint);
  NetworkError send(std::string_view datagram);
  struct Received {
    NetworkError error;
    std::string_view datagram;  // in the buffer given
  };
  Received receive(std::span<char> buffer);

  void close() { fd_.reset(); }
  bool isOpen() const { return static_cast<bool>(fd_); }
  int fd() const { return fd_.get(); }

 private:
  NetworkError said(int errnum, bool local);

  UniqueFd fd_;
};

}  // namespace megaphone::client
