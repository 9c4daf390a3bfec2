#include "conversation.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace megaphone::client {
namespace {

bool isBreak(int errnum) { return errnum == ECONNRESET || errnum == EPIPE; }

}  // namespace

Stop Conversation::ask(std::string_view question) {
  const MonoTime start = monoNow();
  ++console_.report.messages;
  verifier_ = Verifier();
  asking_ = true;
  Stop stop = exchange(question);
  asking_ = false;
  console_.report.verified_bytes += verifier_.verified();
  if (stop) {
    const Stop broken = console_.answers.failed(question, *stop);
    return broken ? broken : stop;
  }
  ++console_.report.answered;
  return console_.answers.complete(question, monoNow() - start);
}

Stop Conversation::exchange(std::string_view question) {
  std::string_view rest = question;
  std::size_t received = 0;
  while (received < question.size()) {
    if (closed_) return endOfAnswer(received, question.size());
    const bool may_send = !rest.empty() && verifier_.room() > 0;
    pollfd peer{socket_, static_cast<short>(may_send ? POLLIN | POLLOUT : POLLIN), 0};
    if (Stop stop = console_.waiter.wait({&peer}, monoNow() + manner_.timeout)) return stop;
    if (peer.revents == 0) return answerTimedOut(console_.report.place, manner_.timeout, received, question.size());
    if ((peer.revents & POLLOUT) != 0 && may_send) {
      if (Stop stop = send(rest)) return stop;
    }
    if ((peer.revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
      Received got = receive();
      if (got.stop) return got.stop;
      received += got.bytes;
    }
  }
  return std::nullopt;
}

Stop Conversation::finish() {
  ::shutdown(socket_, SHUT_WR);
  while (!closed_) {
    pollfd peer{socket_, POLLIN, 0};
    if (Stop stop = console_.waiter.wait({&peer}, monoNow() + manner_.timeout)) return stop;
    if (peer.revents == 0) return keptOpen(console_.report.place);
    if (Stop stop = listen()) return stop;
  }
  return std::nullopt;
}

Conversation::Received Conversation::receive() {
  std::array<char, 64 * 1024> buffer;
  const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (got > 0) {
    const auto bytes = static_cast<std::size_t>(got);
    return {bytes, take({buffer.data(), bytes})};
  }
  if (got == 0) {
    closed_ = true;
    return {};
  }
  if (errno == EAGAIN || errno == EINTR) return {};
  // A server that closes with our bytes unread breaks the connection; between answers that counts as an ordinary close.
  if (!isBreak(errno) || answered() == 0) return {0, transferFailed(errno, console_.report.place)};
  closed_ = true;
  return {};
}

Stop Conversation::take(std::string_view bytes) {
  Report& report = console_.report;
  report.received(bytes.size(), monoNow());
  if (Stop stop = asking_ ? console_.answers.piece(bytes) : console_.answers.unasked(bytes)) return stop;
  if (!manner_.verify) return std::nullopt;
  report.difference = verifier_.received(bytes);
  if (!report.difference) return std::nullopt;
  const std::string which = "the answer to message " + std::to_string(report.messages);
  return wrongAnswer(*report.difference, report.place, which, console_.notes.colours());
}

Stop Conversation::send(std::string_view& rest) {
  const std::size_t most = manner_.verify ? std::min(rest.size(), verifier_.room()) : rest.size();
  const ssize_t sent = ::send(socket_, rest.data(), most, MSG_NOSIGNAL);
  if (sent >= 0) {
    const auto bytes = static_cast<std::size_t>(sent);
    console_.report.sent(bytes, monoNow());
    if (manner_.verify) verifier_.sent(rest.substr(0, bytes));
    rest.remove_prefix(bytes);
  } else if (isBreak(errno)) {
    rest = {};  // what the server sent before it closed can still be read
  } else if (errno != EAGAIN && errno != EINTR) {
    return transferFailed(errno, console_.report.place);
  }
  return std::nullopt;
}

Stop Conversation::endOfAnswer(std::size_t received, std::size_t expected) const {
  if (received == 0) return closedOutcome();
  const std::size_t may_lack = manner_.verify ? 0 : 1;
  if (received + may_lack >= expected) return std::nullopt;
  return closedWithin(console_.report.place, received, expected);
}

}  // namespace megaphone::client
