#include "dns_channel.h"

#include <ares.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/handles.h"

namespace megaphone::connect {
namespace {

using Status = DnsReply::Status;

constexpr int kInternet = 1;
constexpr int kAddress = 1;
constexpr int kAddress6 = 28;

// c-ares notices its deadlines only when it is called. Asking it for the next one walks over all questions, so it is
// called periodically while there are any.
Duration tickFor(Duration patience) {
  return std::clamp<Duration>(patience / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

void initialiseOnce() {
  static std::once_flag once;
  std::call_once(once, [] { ares_library_init(ARES_LIB_INIT_ALL); });
}

bool isShortage(int errnum) { return errnum == EMFILE || errnum == ENFILE || errnum == ENOBUFS || errnum == ENOMEM; }

// An ICMP error about an earlier datagram must not fail this send, so it is repeated.
ssize_t sendPieces(int fd, const iovec* pieces, int count) {
  msghdr header{};
  header.msg_iov = const_cast<iovec*>(pieces);
  header.msg_iovlen = static_cast<std::size_t>(count);
  const ssize_t sent = ::sendmsg(fd, &header, MSG_NOSIGNAL);
  return sent < 0 && errno == ECONNREFUSED ? ::sendmsg(fd, &header, MSG_NOSIGNAL) : sent;
}

int milliseconds(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

}  // namespace

struct DnsChannel::Inside {
  struct Query {
    Inside* channel;
    OnReply onReply;
  };

  Inside(uv::Loop& l, const Endpoint& to, Duration patience)
      : loop(l), server(to), tickLength(tickFor(patience)), ticking(l, [this] { tick(); }) {}
  ~Inside();

  bool open(Duration patience);
  void setServer();
  void setSocketFunctions();
  void socketState(int fd, bool readable, bool writable);
  void process(int readFd, int writeFd);
  void tick();
  DnsReply replyFor(int status, std::string_view message) const;
  static void answered(void* arg, int status, int timeouts, unsigned char* message, int length);
  int openSocket(int family, int type, int protocol);
  int connectSocket(int fd) const;

  uv::Loop& loop;
  const Endpoint server;
  const Duration tickLength;
  ares_channel channel = nullptr;
  std::map<int, uv::Poll> polls;
  uv::Timer ticking;
  std::size_t underWay = 0;
  std::size_t asked = 0;
  int socketError = 0;  // of this call of c-ares, which does not report it
  bool closing = false;
};

bool DnsChannel::Inside::open(Duration patience) {
  initialiseOnce();
  // Without a descriptor for /dev/urandom c-ares would go on with ids that can be guessed.
  if (!UniqueFd(::eventfd(0, EFD_CLOEXEC))) return false;
  std::string lookups = "b";  // name servers only
  in_addr placeholder{};      // so that no file is read; setServer() replaces it
  ares_options o{};
  o.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP;
  o.timeout = milliseconds(patience);
  o.tries = 1;
  o.ndots = 1;
  o.lookups = lookups.data();
  o.servers = &placeholder;
  o.nservers = 1;
  o.sock_state_cb_data = this;
  o.sock_state_cb = [](void* data, ares_socket_t fd, int readable, int writable) {
    static_cast<Inside*>(data)->socketState(fd, readable != 0, writable != 0);
  };
  constexpr int kGiven = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS | ARES_OPT_LOOKUPS |
                         ARES_OPT_SERVERS | ARES_OPT_DOMAINS | ARES_OPT_SORTLIST | ARES_OPT_SOCK_STATE_CB;
  if (ares_init_options(&channel, &o, kGiven) != ARES_SUCCESS) return false;
  setServer();
  setSocketFunctions();
  return true;
}

// c-ares compares the senders of datagrams with it; its port and its scope count in connectSocket().
void DnsChannel::Inside::setServer() {
  ares_addr_node node{};
  const std::string_view bytes = server.address.bytes();
  node.family = server.address.isV4() ? AF_INET : AF_INET6;
  std::memcpy(&node.addr, bytes.data(), bytes.size());
  ares_set_servers(channel, &node);
}

void DnsChannel::Inside::setSocketFunctions() {
  static const ares_socket_functions functions{
      [](int family, int type, int protocol, void* self) {
        return static_cast<Inside*>(self)->openSocket(family, type, protocol);
      },
      [](ares_socket_t fd, void*) { return ::close(fd); },
      [](ares_socket_t fd, const sockaddr*, ares_socklen_t, void* self) {
        return static_cast<Inside*>(self)->connectSocket(fd);
      },
      [](ares_socket_t fd, void* buffer, size_t size, int flags, sockaddr* from, ares_socklen_t* length, void*) {
        return static_cast<ares_ssize_t>(::recvfrom(fd, buffer, size, flags, from, length));
      },
      [](ares_socket_t fd, const iovec* pieces, int count, void*) {
        return static_cast<ares_ssize_t>(sendPieces(fd, pieces, count));
      }};
  ares_set_socket_functions(channel, &functions, this);
}

int DnsChannel::Inside::openSocket(int family, int type, int protocol) {
  const int fd = ::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (fd < 0) socketError = errno;
  const int on = 1;
  if (fd >= 0 && type == SOCK_STREAM) ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

int DnsChannel::Inside::connectSocket(int fd) const {
  sockaddr_storage storage;
  const socklen_t length = server.toSockaddr(storage);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&storage), length);
}

DnsChannel::Inside::~Inside() {
  closing = true;
  if (channel) ares_destroy(channel);
}

// Both off means that c-ares is about to close the descriptor: the handle must go before the number is used again.
void DnsChannel::Inside::socketState(int fd, bool readable, bool writable) {
  if (!readable && !writable) {
    polls.erase(fd);
    return;
  }
  const auto [place, isNew] = polls.try_emplace(fd);
  if (isNew) {
    place->second = uv::Poll(loop, fd, [this, fd](bool canRead, bool canWrite) {
      process(canRead ? fd : ARES_SOCKET_BAD, canWrite ? fd : ARES_SOCKET_BAD);
    });
  }
  place->second.watch(readable, writable);
}

void DnsChannel::Inside::process(int readFd, int writeFd) {
  socketError = 0;
  ares_process_fd(channel, readFd, writeFd);
}

void DnsChannel::Inside::tick() {
  process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  if (underWay > 0) ticking.start(tickLength);
}

DnsReply DnsChannel::Inside::replyFor(int status, std::string_view message) const {
  if (!message.empty()) return {Status::message, message};
  if (status == ARES_ENOMEM || isShortage(socketError)) return {Status::noDescriptors};
  return {status == ARES_ETIMEOUT ? Status::silence : Status::unreachable};
}

void DnsChannel::Inside::answered(void* arg, int status, int, unsigned char* message, int length) {
  const std::unique_ptr<Query> query(static_cast<Query*>(arg));
  Inside& self = *query->channel;
  if (self.closing) return;
  --self.underWay;
  query->onReply(self.replyFor(
      status, {reinterpret_cast<const char*>(message), message ? static_cast<std::size_t>(length) : std::size_t{0}}));
}

DnsChannel::DnsChannel(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
DnsChannel::~DnsChannel() = default;

std::unique_ptr<DnsChannel> DnsChannel::open(uv::Loop& loop, const Endpoint& server, Duration patience) {
  auto inside = std::make_unique<Inside>(loop, server, patience);
  if (!inside->open(patience)) return nullptr;
  return std::unique_ptr<DnsChannel>(new DnsChannel(std::move(inside)));
}

std::size_t DnsChannel::underWay() const { return inside_->underWay; }
std::size_t DnsChannel::asked() const { return inside_->asked; }

void DnsChannel::ask(const std::string& name, IpAddress::Family family, OnReply onReply) {
  Inside& self = *inside_;
  ++self.asked;
  if (self.underWay++ == 0) self.ticking.start(self.tickLength);
  self.socketError = 0;
  auto query = std::make_unique<Inside::Query>(Inside::Query{&self, std::move(onReply)});
  const int type = family == IpAddress::Family::v4 ? kAddress : kAddress6;
  ares_query(self.channel, name.c_str(), kInternet, type, &Inside::answered, query.release());
}

}  // namespace megaphone::connect
