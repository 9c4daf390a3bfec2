#include "datagram_socket.h"

#include <sys/socket.h>

#include <cerrno>

namespace megaphone::client {

NetworkError DatagramSocket::open(const Endpoint& endpoint) {
  sockaddr_storage address{};
  const socklen_t length = endpoint.toSockaddr(address);
  fd_.reset(::socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd_) return {.errnum = errno, .local = true};
  keepNetworkErrors(fd_.get(), endpoint.address.isV4());
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), length) == 0) return {};
  const int errnum = errno;
  fd_.reset();
  return {.errnum = errnum, .local = true};
}

NetworkError DatagramSocket::send(std::string_view datagram) {
  if (::send(fd_.get(), datagram.data(), datagram.size(), 0) >= 0) return {};
  if (errno == EINTR || errno == ENOBUFS) return {.errnum = EAGAIN};
  return said(errno, true);
}

DatagramSocket::Received DatagramSocket::receive(std::span<char> buffer) {
  const ssize_t got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (got >= 0) return {{}, {buffer.data(), static_cast<std::size_t>(got)}};
  if (errno == EINTR) return {{.errnum = EAGAIN}, {}};
  return {said(errno, false), {}};
}

// Returns the queued ICMP error instead of EAGAIN, and with its source if it is the same error.
NetworkError DatagramSocket::said(int errnum, bool local) {
  NetworkError queued = takeNetworkErrors(fd_.get());
  if (queued.errnum != 0 && (errnum == EAGAIN || queued.errnum == errnum)) return queued;
  return {.errnum = errnum, .local = local};
}

}  // namespace megaphone::client
