#include "dial.h"

#include <netdb.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace megaphone::client {
namespace {

using Family = cli::ClientOptions::Family;

addrinfo hints(Transport transport, Family family) {
  addrinfo wanted{};
  wanted.ai_family = family == Family::any ? AF_UNSPEC : family == Family::v4 ? AF_INET : AF_INET6;
  wanted.ai_socktype = transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
  return wanted;
}

int pendingError(int socket) {
  int errnum = 0;
  socklen_t length = sizeof errnum;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &errnum, &length) == 0 ? errnum : errno;
}

// Connecting to a free port of our own machine can, rarely, hit the very port we were given: TCP then connects to
// itself and would answer everything unchanged.
bool talksToItself(int socket) {
  const auto local = Endpoint::local(socket);
  return local && local == Endpoint::peer(socket);
}

struct Attempt {
  UniqueFd socket;
  int errnum = 0;  // 0: connected
  Stop stop;
};

Attempt attempt(const Endpoint& endpoint, MonoTime deadline, const Waiter& waiter) {
  sockaddr_storage address{};
  const socklen_t length = endpoint.toSockaddr(address);
  Attempt result;
  result.socket.reset(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!result.socket) return {{}, errno, {}};
  const int fd = result.socket.get();
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    result.errnum = errno;
    if (errno != EINPROGRESS) return result;
    pollfd writable{fd, POLLOUT, 0};
    result.stop = waiter.wait({&writable}, deadline);
    result.errnum = writable.revents == 0 ? ETIMEDOUT : pendingError(fd);
  }
  if (result.errnum == 0 && talksToItself(fd)) result.errnum = ECONNREFUSED;
  return result;
}

}  // namespace

std::variant<std::vector<Endpoint>, Ending> resolve(const Place& place, Family family, const Notes& notes) {
  const MonoTime start = monoNow();
  const addrinfo wanted = hints(place.transport, family);
  addrinfo* list = nullptr;
  const int code = ::getaddrinfo(place.host.c_str(), place.port.c_str(), &wanted, &list);
  if (code != 0) return lookupFailed(code, errno, place);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
  std::vector<Endpoint> endpoints;
  std::string text = "resolved " + place.host + " in " + since(start) + ":";
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (const auto endpoint = Endpoint::from(entry->ai_addr)) {
      endpoints.push_back(*endpoint);
      text += " " + endpoint->text();
    }
  }
  if (endpoints.empty()) return lookupFailed(EAI_NODATA, 0, place);
  notes.phase(text);
  return endpoints;
}

std::variant<UniqueFd, Ending> connectTcp(const std::vector<Endpoint>& endpoints, Place& place, Duration timeout,
                                          const Waiter& waiter, const Notes& notes) {
  const MonoTime end = monoNow() + timeout;
  int errnum = 0;
  std::size_t left = endpoints.size();
  for (const Endpoint& endpoint : endpoints) {
    const MonoTime start = monoNow();
    Attempt result = attempt(endpoint, start + (end - start) / static_cast<Duration::rep>(left--), waiter);
    if (result.stop) return *result.stop;
    const std::string told = std::exchange(place.address, endpoint.text());
    if (result.errnum == 0) {
      notes.phase("connected to " + endpoint.text() + " in " + since(start));
      return std::move(result.socket);
    }
    notes.phase(connectFailed(result.errnum, place).cause + ", after " + since(start));
    const int most = mostTelling(errnum, result.errnum);
    if (most == errnum) place.address = told;
    errnum = most;
  }
  if (errnum == ETIMEDOUT) return connectTimedOut(place, timeout);
  return connectFailed(errnum, place);
}

}  // namespace megaphone::client
