#include "http_origin.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>

#include "payload.h"

namespace bench {
namespace {

constexpr std::size_t kLargestHead = 65536;

std::string headOf(std::string_view type, std::size_t length, bool close) {
  return "HTTP/1.1 200 OK\r\nServer: bench-origin\r\nDate: Sat, 01 Jan 2022 00:00:00 GMT\r\nContent-Type: " +
         std::string(type) + "\r\nContent-Length: " + std::to_string(length) +
         "\r\nLast-Modified: Sat, 01 Jan 2022 00:00:00 GMT\r\nETag: \"61cf9980-400\"\r\nAccept-Ranges: bytes\r\n" +
         (close ? "Connection: close\r\n\r\n" : "\r\n");
}

// Head, and content where it is short enough to stand behind it.
const std::string& answerOf(std::size_t size, bool close) {
  static std::map<std::pair<std::size_t, bool>, std::string> made;
  std::string& answer = made[{size, close}];
  if (answer.empty()) {
    answer = headOf("application/octet-stream", size, close);
    if (size <= Payload::kSpan) answer.append(Payload::plain().at(0), size);
  }
  return answer;
}

iovec pieceOf(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};  // writev(2) takes no const
}

}  // namespace

void HttpOrigin::onEvents(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    flush();
    if (!open()) return;
    if (!busy() && !in_.empty()) feed({});
  }
  if (!open() || (events & kReadable) == 0) return;
  const ssize_t size = ::read(fd(), scratch(), kScratch);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return retire();
  feed({scratch(), static_cast<std::size_t>(size)});
}

void HttpOrigin::feed(std::string_view bytes) {
  std::string joined;
  if (!in_.empty()) {
    joined.swap(in_);
    joined.append(bytes);
    bytes = joined;
  }
  while (!bytes.empty() && !busy() && open()) {
    if (inContent_) {
      takeContent(bytes);
      continue;
    }
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      if (bytes.size() > kLargestHead) return retire();
      break;
    }
    takeHead(bytes.substr(0, end + 4));
    bytes.remove_prefix(end + 4);
  }
  if (open()) in_.assign(bytes);
}

void HttpOrigin::takeHead(std::string_view head) {
  const FramingFields fields = framingFields(head);
  const std::string_view line = head.substr(0, head.find('\r'));
  const bool old = line.size() > 8 && line.substr(line.size() - 8) == "HTTP/1.0";
  closing_ = fields.close || (old && !fields.keepAlive);
  if (line.substr(0, 4) != "POST") {
    const std::size_t at = line.find("/b/");
    return answerGet(at == std::string_view::npos ? 0 : std::strtoull(line.data() + at + 3, nullptr, 10));
  }
  got_ = wrong_ = 0;
  if (fields.chunked) {
    content_.beginChunked();
  } else {
    content_.beginLength(fields.length.value_or(0));
  }
  inContent_ = !content_.done();
  if (!inContent_) answerPost();
}

void HttpOrigin::takeContent(std::string_view& bytes) {
  for (std::string_view piece; !(piece = content_.next(bytes)).empty();) {
    if (!Payload::plain().matches(got_, piece)) ++wrong_;
    got_ += piece.size();
  }
  if (!content_.done()) return;
  inContent_ = false;
  answerPost();
}

void HttpOrigin::answerGet(std::size_t size) {
  out_ = answerOf(size, closing_);
  contentSent_ = 0;
  contentLeft_ = size > Payload::kSpan ? size : 0;
  flush();
}

void HttpOrigin::answerPost() {
  const std::string verdict = "OK " + std::to_string(got_) + " " + std::to_string(wrong_) + "\n";
  own_ = headOf("text/plain", verdict.size(), closing_) + verdict;
  out_ = own_;
  flush();
}

void HttpOrigin::flush() {
  while (busy()) {
    const std::string_view content = Payload::plain().view(
        contentSent_, static_cast<std::size_t>(std::min<std::uint64_t>(contentLeft_, Payload::kSpan)));
    const iovec pieces[] = {pieceOf(out_), pieceOf(content)};
    const ssize_t sent = ::writev(fd(), pieces, 2);
    if (sent < 0 && errno == EAGAIN) return want(EPOLLIN | EPOLLOUT);
    if (sent < 0) return retire();
    const auto size = static_cast<std::size_t>(sent);
    const std::size_t ofHead = std::min(size, out_.size());
    out_.remove_prefix(ofHead);
    contentSent_ += size - ofHead;
    contentLeft_ -= size - ofHead;
  }
  want(EPOLLIN);
  if (closing_) retire();
}

}  // namespace bench
