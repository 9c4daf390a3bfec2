#include "upper_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "payload.h"
#include "sockets.h"

namespace bench {

UpperClient::UpperClient(Load& load, const UpperPlan& plan, unsigned number)
    : Client(load), plan_(plan), number_(number), base_(number * 4099u) {}

void UpperClient::start() {
  since_ = now();
  setBusy(true);
  if (open()) return sendMessage();
  sent_ = got_ = 0;
  ended_ = false;
  const int fd = dial(plan_.port, plan_.mode == Mode::once ? 1 + number_++ : 0);
  if (fd < 0) return fail("connect", std::strerror(errno));
  connecting_ = true;
  adopt(fd, EPOLLIN | EPOLLOUT);
}

void UpperClient::overdue() {
  if (plan_.mode == Mode::stream && !stopping() && !ended_) {
    since_ = now();  // slow is no error
  } else {
    fail("timeout", "got " + std::to_string(got_) + " of " + std::to_string(sent_));
  }
}

void UpperClient::onEvents(std::uint32_t events) {
  if (connecting_) {
    if (const int error = connectError(fd()); error != 0) return fail("connect", std::strerror(error));
    connecting_ = false;
    if (plan_.mode != Mode::stream) return sendMessage();
  }
  if ((events & kReadable) != 0) readSome();
  if (open() && plan_.mode == Mode::stream && (events & EPOLLOUT) != 0 && !ended_) sendStream();
}

void UpperClient::sendMessage() {
  base_ += 977;
  sent_ = plan_.size;
  got_ = 0;
  if (::write(fd(), Payload::plain().at(base_), plan_.size) != static_cast<ssize_t>(plan_.size)) {
    return fail("write", std::strerror(errno));
  }
  if (plan_.mode == Mode::once) ::shutdown(fd(), SHUT_WR);
  want(EPOLLIN);
}

void UpperClient::readSome() {
  const ssize_t size = ::read(fd(), scratch(), kScratch);
  if (size < 0 && errno == EAGAIN) return;
  if (size < 0) return fail("read", std::strerror(errno));
  if (size == 0) return streamEnded();
  take({scratch(), static_cast<std::size_t>(size)});
}

void UpperClient::take(std::string_view bytes) {
  if (got_ + bytes.size() > sent_) return fail("too long");
  if (!Payload::upper().matches(base_ + got_, bytes)) return fail("corrupt", bytes.substr(0, 40));
  got_ += bytes.size();
  if (plan_.mode == Mode::stream) {
    tally().bytes += bytes.size();
    since_ = now();
  } else if (plan_.mode == Mode::ping && got_ == sent_) {
    tally().done(since_);
    tally().bytes += plan_.size;
    nextTurn();
  }
}

void UpperClient::streamEnded() {
  const bool whole = got_ == sent_ && (plan_.mode == Mode::once || (plan_.mode == Mode::stream && ended_));
  if (!whole) return fail("end", "got " + std::to_string(got_) + " of " + std::to_string(sent_));
  close();
  if (plan_.mode == Mode::stream) {
    tally().last = now();
    return setBusy(false);
  }
  tally().done(since_);
  tally().bytes += plan_.size;
  nextTurn();
}

void UpperClient::sendStream() {
  if (stopping()) {
    ::shutdown(fd(), SHUT_WR);
    ended_ = true;
    since_ = now();
    return want(EPOLLIN);
  }
  const ssize_t sent = ::write(fd(), Payload::plain().at(base_ + sent_), Payload::kSpan);
  if (sent < 0 && errno != EAGAIN) return fail("write", std::strerror(errno));
  if (sent > 0) sent_ += static_cast<std::uint64_t>(sent);
}

}  // namespace bench
