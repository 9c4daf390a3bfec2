#include "sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace bench {
namespace {

// sockaddr_in and sockaddr are related by the socket interface itself.
struct Loopback {
  explicit Loopback(int port, unsigned host = 0) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + host);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
  sockaddr_in address{};
};

void setOption(int fd, int level, int name, int value) { ::setsockopt(fd, level, name, &value, sizeof value); }

int datagramSocket(int flags) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | flags, 0);
  if (fd < 0) die("socket");
  setOption(fd, SOL_SOCKET, SO_RCVBUF, 4 << 20);
  setOption(fd, SOL_SOCKET, SO_SNDBUF, 4 << 20);
  return fd;
}

}  // namespace

void noDelay(int fd) { setOption(fd, IPPROTO_TCP, TCP_NODELAY, 1); }

int dial(int port, unsigned source) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  noDelay(fd);
  if (source > 0) {
    setOption(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    const Loopback from(0, source & 7);
    if (::bind(fd, from.get(), sizeof from.address) != 0) die("bind to a source address");
  }
  const Loopback to(port);
  if (::connect(fd, to.get(), sizeof to.address) == 0 || errno == EINPROGRESS) return fd;
  const int saved = errno;
  ::close(fd);
  errno = saved;
  return -1;
}

int connectError(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

int listenOn(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  setOption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  const Loopback at(port);
  if (::bind(fd, at.get(), sizeof at.address) != 0 || ::listen(fd, 4096) != 0) die("listen");
  return fd;
}

int acceptOne(int listening) {
  const int fd = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) noDelay(fd);
  return fd;
}

int datagramSocketTo(int port) {
  const int fd = datagramSocket(SOCK_NONBLOCK);
  const Loopback to(port);
  if (::connect(fd, to.get(), sizeof to.address) != 0) die("connect of a datagram socket");
  return fd;
}

int boundDatagramSocket(int port) {
  const int fd = datagramSocket(0);
  const Loopback at(port);
  if (::bind(fd, at.get(), sizeof at.address) != 0) die("bind of a datagram socket");
  return fd;
}

void raiseDescriptorLimit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace bench
