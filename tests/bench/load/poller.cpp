#include "poller.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace bench {

void die(std::string_view what) {
  std::fprintf(stderr, "load: %s: %s\n", std::string(what).c_str(), std::strerror(errno));
  std::exit(2);
}

char* scratch() {
  static std::vector<char> bytes(kScratch);
  return bytes.data();
}

Poller::Poller() : fd_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (fd_ < 0) die("epoll_create1");
}

Poller::~Poller() { ::close(fd_); }

void Poller::round(int milliseconds) {
  std::array<epoll_event, 512> events;
  const int count = ::epoll_wait(fd_, events.data(), static_cast<int>(events.size()), milliseconds);
  if (count < 0 && errno != EINTR) die("epoll_wait");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    auto* handler = static_cast<Handler*>(event.data.ptr);
    if (handler->open()) handler->onEvents(event.events);
  }
  retired_.clear();
}

void Poller::retire(Handler* handler) { retired_.emplace_back(handler); }

void Handler::adopt(int fd, std::uint32_t events) {
  close();
  fd_ = fd;
  events_ = events;
  epoll_event event{};
  event.events = events;
  event.data.ptr = this;
  if (::epoll_ctl(poller_.fd_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
}

void Handler::want(std::uint32_t events) {
  if (events == events_) return;
  events_ = events;
  epoll_event event{};
  event.events = events;
  event.data.ptr = this;
  if (::epoll_ctl(poller_.fd_, EPOLL_CTL_MOD, fd_, &event) != 0) die("epoll_ctl");
}

void Handler::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Handler::retire() {
  close();
  poller_.retire(this);
}

}  // namespace bench
