#include "pump.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace megaphone::client {
namespace {

// Closed and broken descriptors are found out by using them.
bool usable(const pollfd& fd, short event) { return (fd.revents & (event | POLLERR | POLLHUP | POLLNVAL)) != 0; }
bool isTransient(int errnum) { return errnum == EAGAIN || errnum == EINTR; }

}  // namespace

void Lane::filled(std::size_t bytes) {
  end_ += bytes;
  taken_ += bytes;
}

void Lane::drained(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

Stop Pump::run() {
  moved_ = monoNow();
  while (!(down_.ended() && down_.empty())) {
    if (Stop stop = turn()) return stop;
  }
  // The server has ended, and so nothing that still comes would be answered; but an input that ends here is complete.
  while (broken_ == 0 && !up_.ended() && up_.empty()) {
    pollfd input{input_, POLLIN, 0};
    if (Stop stop = waiter_.wait({&input}, {})) return stop;
    if (Stop stop = takeInput()) return stop;
  }
  return judgeEnd();
}

Deadline Pump::deadline() const {
  const bool server_is_next = (up_.ended() || !up_.empty()) && down_.empty();
  return server_is_next ? Deadline(moved_ + timeout_) : std::nullopt;
}

Stop Pump::turn() {
  const bool up_waits = !up_.empty();
  const bool down_waits = !down_.empty();
  const bool peer_may_send = down_.hasRoom();
  pollfd input{up_.hasRoom() ? input_ : -1, POLLIN, 0};
  pollfd peer{up_waits || peer_may_send ? socket_ : -1,
              static_cast<short>((peer_may_send ? POLLIN : 0) | (up_waits ? POLLOUT : 0)), 0};
  // Without a wish for events poll still tells that the reader of a pipe has gone.
  pollfd output{output_.fd(), static_cast<short>(down_waits ? POLLOUT : 0), 0};
  const Deadline limit = deadline();
  if (Stop stop = waiter_.wait({&input, &peer, &output}, limit)) return stop;
  if (input.revents == 0 && peer.revents == 0 && output.revents == 0 && limit && monoNow() >= *limit) {
    return silent();
  }
  if (output.revents != 0 && !down_waits) return outputFailed((output.revents & POLLNVAL) != 0 ? EBADF : EPIPE);
  if (input.fd >= 0 && usable(input, POLLIN)) {
    if (Stop stop = takeInput()) return stop;
  }
  if (up_waits && usable(peer, POLLOUT)) {
    if (Stop stop = sendUp()) return stop;
  }
  if (peer_may_send && usable(peer, POLLIN)) {
    if (Stop stop = receiveDown()) return stop;
  }
  if (down_waits && usable(output, POLLOUT)) return writeDown();
  return std::nullopt;
}

Stop Pump::takeInput() {
  const ssize_t got = ::read(input_, up_.room(), up_.roomSize());
  if (got < 0) return isTransient(errno) ? Stop() : inputFailed(errno);
  moved_ = monoNow();
  if (got > 0)
    up_.filled(static_cast<std::size_t>(got));
  else
    up_.end();
  if (up_.ended() && up_.empty()) return sendUp();
  return std::nullopt;
}

Stop Pump::sendUp() {
  if (!up_.empty()) {
    const std::string_view bytes = up_.pending();
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && isTransient(errno)) return std::nullopt;
    if (sent < 0) {
      // What the server said before it broke off can still be read; the input is of no use any more.
      broken_ = errno;
      up_.drop();
      up_.end();
      return std::nullopt;
    }
    moved_ = monoNow();
    up_.drained(static_cast<std::size_t>(sent));
  }
  if (up_.ended() && up_.empty() && !half_closed_) {
    half_closed_ = true;
    ::shutdown(socket_, SHUT_WR);
  }
  return std::nullopt;
}

Stop Pump::receiveDown() {
  const ssize_t got = ::recv(socket_, down_.room(), down_.roomSize(), 0);
  if (got < 0 && isTransient(errno)) return std::nullopt;
  moved_ = monoNow();
  if (got > 0) {
    down_.filled(static_cast<std::size_t>(got));
    return std::nullopt;
  }
  if (got < 0) broken_ = errno;
  down_.end();
  return std::nullopt;
}

Stop Pump::writeDown() {
  const ssize_t written = output_.writeSome(down_.pending());
  if (written < 0) return isTransient(errno) ? Stop() : outputFailed(errno);
  moved_ = monoNow();
  down_.drained(static_cast<std::size_t>(written));
  return std::nullopt;
}

// An answer that lacks nothing but its last line end is complete: some servers leave it out.
bool Pump::complete() const { return up_.ended() && up_.empty() && received() + 1 >= sent(); }

Ending Pump::silent() const {
  return complete() ? keptOpen(place_) : answerTimedOut(place_, timeout_, received(), sent());
}

Stop Pump::judgeEnd() const {
  if (complete() && (broken_ == 0 || received() >= sent())) return std::nullopt;
  if (broken_ != 0) return transferFailed(broken_, place_);
  if (!up_.ended() || !up_.empty()) return closedBeforeEndOfInput(place_);
  if (received() == 0) return closedBetween(place_, 0, 0);
  return closedWithin(place_, received(), sent());
}

}  // namespace megaphone::client
