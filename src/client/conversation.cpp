#include "conversation.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace megaphone::client {
namespace {

bool isBreak(int errnum) { return errnum == ECONNRESET || errnum == EPIPE; }

}  // namespace

Stop Conversation::ask(std::string_view question) {
  std::string_view rest = question;
  std::size_t received = 0;
  while (received < question.size()) {
    if (closed_) return endOfAnswer(received, question.size());
    pollfd peer{socket_, static_cast<short>(rest.empty() ? POLLIN : POLLIN | POLLOUT), 0};
    if (Stop stop = waiter_.wait({&peer}, monoNow() + timeout_)) return stop;
    if (peer.revents == 0) return answerTimedOut(place_, timeout_, received, question.size());
    if ((peer.revents & POLLOUT) != 0 && !rest.empty()) {
      if (Stop stop = send(rest)) return stop;
    }
    if ((peer.revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
      Received got = receive();
      if (got.stop) return got.stop;
      received += got.bytes;
    }
  }
  ++answered_;
  return std::nullopt;
}

Stop Conversation::finish() {
  ::shutdown(socket_, SHUT_WR);
  while (!closed_) {
    pollfd peer{socket_, POLLIN, 0};
    if (Stop stop = waiter_.wait({&peer}, monoNow() + timeout_)) return stop;
    if (peer.revents == 0) return keptOpen(place_);
    if (Stop stop = listen()) return stop;
  }
  return std::nullopt;
}

Conversation::Received Conversation::receive() {
  std::array<char, 64 * 1024> buffer;
  const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (got > 0) {
    const auto bytes = static_cast<std::size_t>(got);
    return {bytes, output_.write({buffer.data(), bytes})};
  }
  if (got == 0) {
    closed_ = true;
    return {};
  }
  if (errno == EAGAIN || errno == EINTR) return {};
  // A server that closes with our bytes unread breaks the connection; between answers that is just its way to close.
  if (!isBreak(errno) || answered_ == 0) return {0, transferFailed(errno, place_)};
  closed_ = true;
  return {};
}

Stop Conversation::send(std::string_view& rest) {
  const ssize_t sent = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
  if (sent >= 0) {
    rest.remove_prefix(static_cast<std::size_t>(sent));
  } else if (isBreak(errno)) {
    rest = {};  // what the server said before it closed can still be read
  } else if (errno != EAGAIN && errno != EINTR) {
    return transferFailed(errno, place_);
  }
  return std::nullopt;
}

Stop Conversation::endOfAnswer(std::size_t received, std::size_t expected) {
  if (received == 0) return closedEnding();
  if (received + 1 < expected) return closedWithin(place_, received, expected);
  ++answered_;
  return std::nullopt;
}

}  // namespace megaphone::client
