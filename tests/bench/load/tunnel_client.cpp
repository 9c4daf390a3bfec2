#include "tunnel_client.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "payload.h"
#include "raw_origin.h"
#include "sockets.h"

namespace bench {

TunnelClient::TunnelClient(Load& load, const TunnelPlan& plan, unsigned number)
    : Client(load), plan_(plan), number_(number), origin_(number % plan.origins.size()) {}

void TunnelClient::start() {
  port_ = plan_.origins[origin_];
  origin_ = (origin_ + 1) % plan_.origins.size();
  since_ = now();
  setBusy(true);
  phase_ = Phase::connecting;
  head_.clear();
  partOfAcknowledgement_.clear();
  offset_ = acknowledged_ = 0;
  saidStop_ = false;
  const int fd = dial(plan_.proxy != 0 ? plan_.proxy : port_, shortLived() ? 1 + number_++ : 0);
  if (fd < 0) return fail("connect", std::strerror(errno));
  adopt(fd, EPOLLOUT);
}

void TunnelClient::overdue() {
  const bool streams = !shortLived() && phase_ == Phase::running && !stopping();
  if (streams) {
    since_ = now();  // slow is no error
  } else {
    fail("timeout", "after " + std::to_string(offset_) + " bytes");
  }
}

void TunnelClient::onEvents(std::uint32_t events) {
  if (phase_ == Phase::connecting) return connected();
  if ((events & kReadable) != 0) readSome();
  if (open() && (events & EPOLLOUT) != 0 && plan_.mode == Mode::up && phase_ == Phase::running) sendStream();
}

void TunnelClient::connected() {
  if (const int error = connectError(fd()); error != 0) return fail("connect", std::strerror(error));
  want(EPOLLIN);
  if (plan_.proxy == 0) return established();
  const std::string authority = "127.0.0.1:" + std::to_string(port_);
  const std::string head = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority +
                           "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0\r\n"
                           "Proxy-Connection: keep-alive\r\n\r\n";
  phase_ = Phase::answer;
  put(head);
}

void TunnelClient::established() {
  phase_ = Phase::running;
  echoFrom_ += 977 + number_;
  switch (plan_.mode) {
    case Mode::rate:
    case Mode::idle: put("ECH\n" + std::string(Payload::plain().view(echoFrom_, kEcho))); return;
    case Mode::down: put("SRC\n"); return;
    case Mode::up:
      if (put("SNK\n")) want(EPOLLIN | EPOLLOUT);
      return;
  }
}

void TunnelClient::readSome() {
  for (int i = 0; i < 4 && open(); ++i) {
    const ssize_t size = ::read(fd(), scratch(), kScratch);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return streamEnded(size < 0);
    take({scratch(), static_cast<std::size_t>(size)});
    if (static_cast<std::size_t>(size) < kScratch) return;
  }
}

void TunnelClient::streamEnded(bool failed) {
  if (phase_ != Phase::draining || plan_.mode != Mode::down || failed) {
    return fail("end", failed ? std::strerror(errno) : "end of stream");
  }
  tally().last = now();
  close();
  setBusy(false);
}

void TunnelClient::take(std::string_view bytes) {
  if (phase_ == Phase::answer) return takeAnswer(bytes);
  switch (plan_.mode) {
    case Mode::rate:
    case Mode::idle: return takeEcho(bytes);
    case Mode::down: return takeStream(bytes);
    case Mode::up: return takeAcknowledgements(bytes);
  }
}

void TunnelClient::takeAnswer(std::string_view bytes) {
  head_.append(bytes);
  const std::size_t end = head_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (head_.size() > 16384) fail("head", "too large");
    return;
  }
  if (!head_.starts_with("HTTP/1.") || head_[9] != '2') return fail("status", head_.substr(0, 40));
  if (end + 4 != head_.size()) return fail("behind the answer");
  established();
}

void TunnelClient::takeEcho(std::string_view bytes) {
  if (phase_ == Phase::held) return fail("unsolicited");
  if (offset_ + bytes.size() > kEcho || !Payload::plain().matches(echoFrom_ + offset_, bytes)) return fail("corrupt");
  offset_ += bytes.size();
  if (offset_ < kEcho) return;
  tally().done(since_);
  tally().bytes += kEcho;
  if (plan_.mode == Mode::rate) {
    close();
    return nextTurn();
  }
  phase_ = Phase::held;
  setBusy(false);
}

void TunnelClient::takeStream(std::string_view bytes) {
  if (!Payload::plain().matches(offset_, bytes)) return fail("corrupt");
  offset_ += bytes.size();
  tally().bytes += bytes.size();
  since_ = now();
  if (saidStop_ || !stopping()) return;
  saidStop_ = true;
  phase_ = Phase::draining;
  put(".");
}

void TunnelClient::takeAcknowledgements(std::string_view bytes) {
  constexpr std::size_t kSize = 2 * sizeof(std::uint64_t);
  partOfAcknowledgement_.append(bytes);
  while (partOfAcknowledgement_.size() >= kSize) {
    std::array<std::uint64_t, 2> numbers{};
    std::memcpy(numbers.data(), partOfAcknowledgement_.data(), kSize);
    partOfAcknowledgement_.erase(0, kSize);
    const auto [total, wrong] = numbers;
    if (wrong != 0 || total <= acknowledged_ || total > offset_) return fail("corrupt");
    tally().bytes += total - acknowledged_;
    acknowledged_ = total;
    since_ = now();
  }
  finishWhenAcknowledged();
}

void TunnelClient::sendStream() {
  for (int i = 0; i < 4; ++i) {
    std::uint64_t room = Payload::kSpan;
    if (stopping()) {  // up to the next acknowledgement
      room = std::min(room, (kAcknowledged - offset_ % kAcknowledged) % kAcknowledged);
      if (room == 0) {
        phase_ = Phase::draining;
        since_ = now();
        want(EPOLLIN);
        return finishWhenAcknowledged();
      }
    }
    const ssize_t sent = ::write(fd(), Payload::plain().at(offset_), static_cast<std::size_t>(room));
    if (sent < 0 && errno != EAGAIN) return fail("write", std::strerror(errno));
    if (sent < 0) return;
    offset_ += static_cast<std::uint64_t>(sent);
    if (static_cast<std::uint64_t>(sent) < room) return;
  }
}

void TunnelClient::finishWhenAcknowledged() {
  if (phase_ != Phase::draining || acknowledged_ != offset_) return;
  tally().last = now();
  close();
  setBusy(false);
}

bool TunnelClient::put(std::string_view bytes) {
  if (::write(fd(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) return true;
  fail("write", std::strerror(errno));
  return false;
}

}  // namespace bench
