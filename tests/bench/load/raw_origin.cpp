#include "raw_origin.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "payload.h"

namespace bench {

void RawOrigin::onEvents(std::uint32_t events) {
  if ((events & kReadable) != 0) {
    const ssize_t size = ::read(fd(), scratch(), kScratch);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return retire();
    if (size > 0) return take({scratch(), static_cast<std::size_t>(size)});
  }
  if ((events & EPOLLOUT) != 0 && service_ == Service::source) pump();
}

void RawOrigin::take(std::string_view bytes) {
  switch (service_) {
    case Service::unknown: return choose(bytes);
    case Service::echo: put(bytes); return;
    case Service::source: return retire();  // the client has had enough
    case Service::sink: return sink(bytes);
  }
}

void RawOrigin::choose(std::string_view bytes) {
  in_.append(bytes);
  if (in_.starts_with("CONNECT ")) {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    in_.erase(0, end + 4);
    if (!put(kEstablished)) return;
  }
  if (in_.size() < 4) return;
  const std::string name = in_.substr(0, 4);
  const std::string rest = in_.substr(4);
  in_.clear();
  if (name == "ECH\n") {
    service_ = Service::echo;
    put(rest);
  } else if (name == "SRC\n") {
    service_ = Service::source;
    want(EPOLLIN | EPOLLOUT);
  } else if (name == "SNK\n") {
    service_ = Service::sink;
    sink(rest);
  } else {
    retire();
  }
}

void RawOrigin::sink(std::string_view bytes) {
  if (!Payload::plain().matches(offset_, bytes)) ++wrong_;
  const std::uint64_t before = offset_ / kAcknowledged;
  offset_ += bytes.size();
  if (offset_ / kAcknowledged == before) return;
  const std::array<std::uint64_t, 2> numbers = {offset_ / kAcknowledged * kAcknowledged, wrong_};
  std::array<char, sizeof numbers> message;
  std::memcpy(message.data(), numbers.data(), message.size());
  put({message.data(), message.size()});
}

void RawOrigin::pump() {
  for (int i = 0; i < 4; ++i) {
    const ssize_t sent = ::write(fd(), Payload::plain().at(offset_), Payload::kSpan);
    if (sent < 0 && errno != EAGAIN) return retire();
    if (sent < 0) return;
    offset_ += static_cast<std::uint64_t>(sent);
    if (static_cast<std::size_t>(sent) < Payload::kSpan) return;
  }
}

bool RawOrigin::put(std::string_view bytes) {
  if (bytes.empty() || ::write(fd(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size())) return true;
  retire();
  return false;
}

}  // namespace bench
