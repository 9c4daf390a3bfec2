#include "dial.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "megaphone/log/log.h"
#include "megaphone/uv/stream.h"

namespace megaphone::connect {
namespace {

// A secondary address of this machine is reached from the primary one, and 127.0.0.2 from 127.0.0.1: comparing the two
// ends of a connection does not find every loop.
bool isOurself(const Endpoint& local, const Endpoint& peer, const access::OwnAddresses* own) {
  return local.address == peer.address || peer.address.isLoopback() || (own && own->contains(peer.address));
}

// Returns the lowest port that the kernel chooses for a connection (ip(7), ip_local_port_range), as it was at the first
// call; 0 if that cannot be read.
std::uint16_t lowestChosenPort() {
  static const std::uint16_t lowest = [] {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    std::uint16_t port = 0;
    return file >> port ? port : std::uint16_t{0};
  }();
  return lowest;
}

// Asks the kernel for the peer: 0.0.0.0 and :: connect to another address of this host.
std::optional<Endpoint> peerOf(int fd, const Endpoint& to) {
  return to.address.isUnspecified() ? Endpoint::peer(fd) : to;
}

Reason reasonOf(int errnum, const Endpoint& to) {
  switch (errnum) {
    case ECONNREFUSED: return Reason::connection_refused;
    case ECONNRESET:
    case EPIPE:
    case ENOTCONN: return Reason::connection_terminated;
    case ETIMEDOUT: return Reason::connection_timeout;
    case EADDRNOTAVAIL:
      // This machine has no address of that family; with IPv4 it is rather out of ports towards that destination.
      return to.address.isV4() ? Reason::destination_unavailable : Reason::destination_ip_unroutable;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: return Reason::connection_limit_reached;  // ours, and it passes
    default:
      return Reason::destination_ip_unroutable;  // EHOSTUNREACH, ENETUNREACH, EACCES, EPERM, EAFNOSUPPORT, EINVAL
  }
}

}  // namespace

Error dialError(int errnum, const Endpoint& to) {
  const Reason reason = reasonOf(errnum, to);
  const bool ours = reason == Reason::connection_limit_reached || reason == Reason::destination_unavailable;
  Error error{reason, ours ? Side::daemon : Side::origin, errnum, to.text()};
  if (ours) log::warningSometimes("connect", "connect to " + describe(error));
  return error;
}

Result<UniqueFd> socketFor(const Endpoint& to) {
  const int family = to.address.isV4() ? AF_INET : AF_INET6;
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd) return dialError(errno, to);
  uv::prepareConnecting(fd.get());
  return fd;
}

Result<void> dial(int fd, const Endpoint& to) {
  sockaddr_storage storage;
  const socklen_t length = to.toSockaddr(storage);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&storage), length) != 0 && errno != EINPROGRESS) {
    return dialError(errno, to);
  }
  return {};
}

Result<void> outcomeOf(int fd, const Endpoint& to) {
  int errnum = 0;
  socklen_t length = sizeof errnum;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &errnum, &length) != 0) errnum = errno;
  if (errnum != 0) return dialError(errnum, to);
  return {};
}

Result<void> mayBeUsed(int fd, const Endpoint& to, const std::vector<std::uint16_t>& ownPorts,
                       const access::OwnAddresses* own) {
  const bool isOurPort = std::find(ownPorts.begin(), ownPorts.end(), to.port) != ownPorts.end();
  if (!isOurPort && to.port < lowestChosenPort()) return {};
  const auto local = Endpoint::local(fd);
  const auto peer = peerOf(fd, to);
  if (!local || !peer) return dialError(ENOTCONN, to);
  // No program listens there, and the kernel chose that port for this socket: TCP has connected it to itself.
  if (*local == *peer) return dialError(ECONNREFUSED, to);
  if (isOurPort && isOurself(*local, *peer, own)) return Error{Reason::proxy_loop_detected, Side::daemon, 0, to.text()};
  return {};
}

}  // namespace megaphone::connect
