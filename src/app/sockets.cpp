#include "sockets.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

namespace megaphone::app {
namespace {

constexpr int kBacklog = 4096;  // net.core.somaxconn may allow less

enum class Share : std::uint8_t { alone, group };

void switchOn(int fd, int level, int option) {
  const int on = 1;
  ::setsockopt(fd, level, option, &on, sizeof on);
}

Error failure(Transport transport, const Endpoint& address, std::string_view what) {
  const int errnum = errno;
  std::string context(what);
  context.append(" ").append(word(transport)).append(" ").append(address.text());
  return systemError(errnum, std::move(context));
}

Result<UniqueFd> bindOne(Transport transport, const Endpoint& address, Share share, std::uint64_t receiveBuffer) {
  const int type = (transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
  UniqueFd fd(::socket(address.address.isV4() ? AF_INET : AF_INET6, type, 0));
  if (!fd) return failure(transport, address, "make a socket for");
  if (!address.address.isV4()) switchOn(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (transport == Transport::tcp) switchOn(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (share == Share::group) switchOn(fd.get(), SOL_SOCKET, SO_REUSEPORT);
  askForReceiveBuffer(fd.get(), receiveBuffer);
  sockaddr_storage storage;
  const socklen_t length = address.toSockaddr(storage);
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0)
    return failure(transport, address, kListenOn);
  if (transport == Transport::tcp && ::listen(fd.get(), kBacklog) != 0) return failure(transport, address, kListenOn);
  return fd;
}

}  // namespace

void askForReceiveBuffer(int fd, std::uint64_t bytes) {
  const int wanted = static_cast<int>(bytes);
  if (wanted > 0) ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
}

Result<BoundGroup> bindGroup(Transport transport, const Endpoint& address, unsigned count, std::uint64_t receiveBuffer,
                             Beside beside) {
  BoundGroup group;
  group.address = address;
  if (beside == Beside::nobody) {
    auto probe = bindOne(transport, address, Share::alone, receiveBuffer);
    if (!probe) return std::move(probe.error());
    group.address.port = Endpoint::local(probe->get()).value_or(address).port;
    if (count == 1) {
      switchOn(probe->get(), SOL_SOCKET, SO_REUSEPORT);
      group.fds.push_back(std::move(*probe));
      return group;
    }
  }
  for (unsigned i = 0; i < count; ++i) {
    auto fd = bindOne(transport, group.address, Share::group, receiveBuffer);
    if (!fd) return std::move(fd.error());
    group.fds.push_back(std::move(*fd));
  }
  return group;
}

}  // namespace megaphone::app
