#include "http_client.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "sockets.h"

namespace bench {
namespace {

constexpr std::size_t kLargestHead = 16384;

}  // namespace

HttpClient::HttpClient(Load& load, const HttpPlan& plan, unsigned number, std::size_t first)
    : Client(load), plan_(plan), number_(number), origin_(first) {}

void HttpClient::start() {
  since_ = now();
  setBusy(true);
  if (!open() && !connect()) return;
  out_ = plan_.requests[origin_];
  if (plan_.proxy != 0) origin_ = (origin_ + 1) % plan_.requests.size();
  phase_ = Phase::head;
  head_.clear();
  got_ = 0;
  if (!connecting_) flush();
}

bool HttpClient::connect() {
  served_ = 0;
  const int port = plan_.proxy != 0 ? plan_.proxy : plan_.origins[origin_];
  const int fd = dial(port, plan_.closes ? 1 + number_++ : 0);
  if (fd < 0) return fail("connect", std::strerror(errno)), false;
  connecting_ = true;
  adopt(fd, EPOLLIN | EPOLLOUT);
  return true;
}

void HttpClient::overdue() { fail("timeout", "got " + std::to_string(got_) + " bytes of content"); }

void HttpClient::onEvents(std::uint32_t events) {
  if (connecting_ && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0) {
    if (const int error = connectError(fd()); error != 0) return fail("connect", std::strerror(error));
    connecting_ = false;
  }
  if ((events & EPOLLOUT) != 0 && !out_.empty()) flush();
  if (open() && (events & kReadable) != 0) read();
}

void HttpClient::flush() {
  while (!out_.empty()) {
    const ssize_t sent = ::write(fd(), out_.data(), out_.size());
    if (sent < 0 && errno == EAGAIN) return want(EPOLLIN | EPOLLOUT);
    if (sent < 0) return ended(std::strerror(errno));
    out_.remove_prefix(static_cast<std::size_t>(sent));
  }
  want(EPOLLIN);
}

void HttpClient::read() {
  const ssize_t size = ::read(fd(), scratch(), kScratch);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0 && !busy()) return close();  // an idle connection; the next turn opens one
  if (size <= 0) return ended(size < 0 ? std::strerror(errno) : "end of stream");
  const std::string_view bytes(scratch(), static_cast<std::size_t>(size));
  if (!busy()) return fail("unsolicited", bytes.substr(0, 40));
  feed(bytes);
}

void HttpClient::feed(std::string_view bytes) {
  while (phase_ == Phase::head) {
    if (!takeHead(bytes)) return;
  }
  if (phase_ == Phase::end) return fail("behind the answer", bytes.substr(0, 40));
  takeContent(bytes);
}

// False: more is needed, or it failed.
bool HttpClient::takeHead(std::string_view& bytes) {
  const std::size_t before = head_.size();
  head_.append(bytes.substr(0, kLargestHead));
  const std::size_t end = head_.find("\r\n\r\n", before > 3 ? before - 3 : 0);
  if (end == std::string::npos) {
    if (head_.size() >= kLargestHead) fail("head", "too large");
    return false;
  }
  bytes.remove_prefix(end + 4 - before);
  head_.resize(end + 4);
  return readHead(head_);
}

bool HttpClient::readHead(std::string_view head) {
  if (!head.starts_with("HTTP/1.") || head.size() < 16) return fail("head", head.substr(0, 80)), false;
  const int status = std::atoi(head.data() + 9);
  if (status / 100 == 1) return head_.clear(), true;
  if (status != 200) return fail("status", head.substr(0, 40)), false;
  const FramingFields fields = framingFields(head);
  closing_ = plan_.closes || fields.close || (head[7] == '0' && !fields.keepAlive);
  phase_ = Phase::content;
  if (fields.chunked) {
    content_.beginChunked();
  } else if (fields.length) {
    if (*fields.length != plan_.size) return fail("length", std::to_string(*fields.length)), false;
    content_.beginLength(*fields.length);
  } else {
    content_.beginUntilEnd();
  }
  return true;
}

void HttpClient::takeContent(std::string_view bytes) {
  for (std::string_view piece; !(piece = content_.next(bytes)).empty();) {
    if (got_ + piece.size() > plan_.size) return fail("too long");
    if (!plan_.matches(got_, piece)) return fail("corrupt", piece.substr(0, 40));
    got_ += piece.size();
  }
  if (content_.done()) finish(bytes);
}

void HttpClient::finish(std::string_view behind) {
  if (got_ != plan_.size) return fail("length", std::to_string(got_));
  if (!behind.empty()) return fail("behind the answer", behind.substr(0, 40));
  if (!out_.empty()) return fail("early answer");
  tally().done(since_);
  tally().bytes += got_;
  ++served_;
  if (!closing_) return nextTurn();
  if (!plan_.closes) ++tally().reconnects;
  phase_ = Phase::end;
}

void HttpClient::ended(std::string_view why) {
  if (phase_ == Phase::content && content_.untilEnd() && got_ == plan_.size) {
    closing_ = true;
    finish({});
  }
  if (phase_ == Phase::end) {
    close();
    return nextTurn();
  }
  if (phase_ == Phase::head && head_.empty() && served_ > 0) {  // it closed an idle connection just now
    ++tally().retries;
    close();
    setBusy(false);
    if (stopping()) return;
    origin_ = (origin_ + plan_.requests.size() - 1) % plan_.requests.size();
    return start();
  }
  fail("end", std::string(why) + ", got " + std::to_string(got_) + ", served " + std::to_string(served_));
}

}  // namespace bench
