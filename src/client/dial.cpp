#include "dial.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace megaphone::client {
namespace {

int pendingError(int socket) {
  int errnum = 0;
  socklen_t length = sizeof errnum;
  return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &errnum, &length) == 0 ? errnum : errno;
}

// Connecting to a free port of our own machine can, rarely, hit the port that the kernel gave to this socket: TCP then
// connects to itself and would answer everything unchanged.
bool talksToItself(int socket) {
  const auto local = Endpoint::local(socket);
  return local && local == Endpoint::peer(socket);
}

struct Attempt {
  UniqueFd socket;
  NetworkError error;  // errnum 0: connected
  Stop stop;
};

Attempt failedAtOnce(int errnum) { return {{}, {.errnum = errnum, .local = true}, {}}; }

// Returns the result of a pending connect.
NetworkError outcome(int socket, bool timed_out) {
  const int errnum =
      timed_out ? ETIMEDOUT : pendingError(socket);  // before the error queue is emptied, which clears it
  NetworkError said = takeNetworkErrors(socket);
  if (said.errnum != errnum) said = {.errnum = errnum};
  return said;
}

Attempt attempt(const Endpoint& endpoint, MonoTime deadline, const Waiter& waiter) {
  sockaddr_storage address{};
  const socklen_t length = endpoint.toSockaddr(address);
  Attempt result;
  result.socket.reset(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!result.socket) return failedAtOnce(errno);
  const int fd = result.socket.get();
  keepNetworkErrors(fd, endpoint.address.isV4());
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    if (errno != EINPROGRESS) return failedAtOnce(errno);
    pollfd writable{fd, POLLOUT, 0};
    result.stop = waiter.wait({&writable}, deadline);
    result.error = outcome(fd, writable.revents == 0);
  }
  keepNetworkErrors(fd, endpoint.address.isV4(), false);
  if (result.error.errnum == 0 && talksToItself(fd)) result.error.errnum = ECONNREFUSED;
  return result;
}

}  // namespace

std::variant<UniqueFd, Outcome> connectTcp(const std::vector<Endpoint>& endpoints, Duration timeout,
                                           const Console& console) {
  const MonoTime end = monoNow() + timeout;
  Place& place = console.report.place;
  NetworkError worst;
  std::size_t left = endpoints.size();
  for (const Endpoint& endpoint : endpoints) {
    const MonoTime start = monoNow();
    Attempt result = attempt(endpoint, start + (end - start) / static_cast<Duration::rep>(left--), console.waiter);
    if (result.stop) return *result.stop;
    const Duration took = monoNow() - start;
    const std::string told = std::exchange(place.address, endpoint.text());
    if (result.error.errnum == 0) {
      console.report.connect = took;
      console.notes.phase("connected to " + endpoint.text() + " in " + millisecondsText(took));
      return std::move(result.socket);
    }
    // The last one's cause follows anyway.
    const std::string why = left > 0 ? ": " + connectFailed(result.error, place).cause : "";
    console.notes.phase("tried " + endpoint.text() + " for " + millisecondsText(took) + why);
    if (tellsMore(result.error.errnum, worst.errnum)) {
      worst = result.error;
    } else {
      place.address = told;
    }
  }
  if (worst.errnum == ETIMEDOUT) return connectTimedOut(place, timeout);
  return connectFailed(worst, place);
}

}  // namespace megaphone::client
