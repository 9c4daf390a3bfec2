#include "dial.h"

#include <ifaddrs.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "megaphone/log/log.h"
#include "megaphone/uv/stream.h"

namespace megaphone::connect {
namespace {

// A quick look at one address, however many this host has. Others can be bound where `ip_nonlocal_bind` is set.
bool canBeBound(const IpAddress& address) {
  const UniqueFd fd(::socket(address.isV4() ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return true;  // not known
  sockaddr_storage storage;
  const socklen_t length = Endpoint{address, 0}.toSockaddr(storage);
  return ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) == 0 || errno != EADDRNOTAVAIL;
}

// A secondary address of this host is reached from the primary one, and 127.0.0.2 from 127.0.0.1: comparing the two
// ends of a connection does not find all ways to ourselves.
bool isOfThisHost(const IpAddress& address) {
  if (address.isLoopback()) return true;
  if (!canBeBound(address)) return false;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return false;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(list, &::freeifaddrs);
  for (const ifaddrs* each = list; each; each = each->ifa_next) {
    if (!each->ifa_addr) continue;
    const auto own = Endpoint::from(each->ifa_addr);
    if (own && own->address.bytes() == address.bytes()) return true;  // whatever the scope
  }
  return false;
}

bool isOurself(const Endpoint& local, const Endpoint& peer, const std::vector<std::uint16_t>& ownPorts) {
  if (std::find(ownPorts.begin(), ownPorts.end(), peer.port) == ownPorts.end()) return false;
  return local.address == peer.address || isOfThisHost(peer.address);
}

// 0.0.0.0 and :: lead to this host, by another address.
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
      // No address of that family here; in IPv4 rather no port left towards that destination.
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

Result<UniqueFd> dial(const Endpoint& to) {
  const int family = to.address.isV4() ? AF_INET : AF_INET6;
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
  if (!fd) return dialError(errno, to);
  uv::prepareTcp(fd.get());
  sockaddr_storage storage;
  const socklen_t length = to.toSockaddr(storage);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0 && errno != EINPROGRESS) {
    return dialError(errno, to);
  }
  return fd;
}

Result<Endpoint> establishedFrom(int fd, const Endpoint& to, const std::vector<std::uint16_t>& ownPorts) {
  int errnum = 0;
  socklen_t length = sizeof errnum;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &errnum, &length) != 0) errnum = errno;
  if (errnum != 0) return dialError(errnum, to);
  const auto local = Endpoint::local(fd);
  const auto peer = peerOf(fd, to);
  if (!local || !peer) return dialError(ENOTCONN, to);
  // Nobody listens there, and the kernel chose that very port for us: a connection of a socket with itself.
  if (*local == *peer) return dialError(ECONNREFUSED, to);
  if (isOurself(*local, *peer, ownPorts)) return Error{Reason::proxy_loop_detected, Side::daemon, 0, to.text()};
  return *local;
}

}  // namespace megaphone::connect
