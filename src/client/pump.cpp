#include "pump.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace megaphone::client {
namespace {

// Returns whether to use the descriptor: closed and broken ones report their error then.
bool usable(const pollfd& fd, short event) { return (fd.revents & (event | POLLERR | POLLHUP | POLLNVAL)) != 0; }
bool isTransient(int errnum) { return errnum == EAGAIN || errnum == EINTR; }

}  // namespace

void TransferBuffer::drained(std::size_t bytes) {
  begin_ += bytes;
  if (begin_ == end_) begin_ = end_ = 0;
}

Stop Pump::run() {
  Stop stop = loop();
  if (verifier_) console_.report.verified_bytes = verifier_->verified();
  return stop;
}

Stop Pump::loop() {
  moved_ = monoNow();
  while (!(down_.ended() && down_.empty())) {
    if (Stop stop = turn()) return stop;
  }
  // The server has ended, so further input would not be answered; but an input that ends here is complete.
  while (broken_ == 0 && !up_.ended() && up_.empty()) {
    pollfd input{console_.input, POLLIN, 0};
    if (Stop stop = console_.waiter.wait({&input}, {})) return stop;
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
  pollfd input{mayTakeInput() ? console_.input : -1, POLLIN, 0};
  pollfd peer{up_waits || peer_may_send ? socket_ : -1,
              static_cast<short>((peer_may_send ? POLLIN : 0) | (up_waits ? POLLOUT : 0)), 0};
  // With no events requested, poll still reports that the reader of a pipe has closed.
  pollfd output{output_.fd(), static_cast<short>(down_waits ? POLLOUT : 0), 0};
  const Deadline limit = deadline();
  if (Stop stop = console_.waiter.wait({&input, &peer, &output}, earlier(limit, progress_.due()))) return stop;
  const MonoTime now = monoNow();
  progress_.show(received(), now);
  if (input.revents == 0 && peer.revents == 0 && output.revents == 0 && limit && now >= *limit) return silent();
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
  const ssize_t got = ::read(console_.input, up_.room(), inputRoom());
  if (got < 0) return isTransient(errno) ? Stop() : inputFailed(errno);
  moved_ = monoNow();
  if (got > 0) {
    if (verifier_) verifier_->sent({up_.room(), static_cast<std::size_t>(got)});
    up_.filled(static_cast<std::size_t>(got));
  } else {
    up_.end();
  }
  if (up_.ended() && up_.empty()) return sendUp();
  return std::nullopt;
}

Stop Pump::sendUp() {
  if (!up_.empty()) {
    const std::string_view bytes = up_.pending();
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && isTransient(errno)) return std::nullopt;
    if (sent < 0) {
      // Bytes that the server sent before it broke off can still be read; the input is of no use any more.
      broken_ = errno;
      up_.drop();
      up_.end();
      return std::nullopt;
    }
    moved_ = monoNow();
    console_.report.sent(static_cast<std::size_t>(sent), moved_);
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
    const std::string_view answer(down_.room(), static_cast<std::size_t>(got));
    console_.report.received(answer.size(), moved_);
    down_.filled(answer.size());
    return check(answer);
  }
  if (got < 0) broken_ = errno;
  down_.end();
  return std::nullopt;
}

Stop Pump::check(std::string_view answer) {
  if (!verifier_) return std::nullopt;
  console_.report.difference = verifier_->received(answer);
  if (!console_.report.difference) return std::nullopt;
  return wrongAnswer(*console_.report.difference, place(), "the answer", console_.notes.colours());
}

Stop Pump::writeDown() {
  const ssize_t written = output_.writeSome(down_.pending());
  if (written < 0) return isTransient(errno) ? Stop() : outputFailed(errno);
  moved_ = monoNow();
  down_.drained(static_cast<std::size_t>(written));
  return std::nullopt;
}

// Returns whether the answer is complete; it may lack its last line end, which some servers leave out.
bool Pump::complete() const {
  const std::uint64_t may_lack = verifier_ ? 0 : 1;
  return up_.ended() && up_.empty() && received() + may_lack >= sent();
}

Outcome Pump::silent() const {
  return complete() ? keptOpen(place()) : answerTimedOut(place(), timeout_, received(), sent());
}

Stop Pump::judgeEnd() const {
  if (complete() && (broken_ == 0 || received() >= sent())) return std::nullopt;
  if (broken_ != 0) return transferFailed(broken_, place());
  if (!up_.ended() || !up_.empty()) return closedBeforeEndOfInput(place());
  if (received() == 0) return closedBetween(place(), 0, 0);
  return closedWithin(place(), received(), sent());
}

}  // namespace megaphone::client
