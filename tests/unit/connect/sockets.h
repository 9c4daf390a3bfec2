// Listeners of the connect tests: one that accepts, one that never answers, and a port where nobody is.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "megaphone/access/rules.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"

namespace megaphone::connect {

inline IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }

inline UniqueFd boundSocket(const Endpoint& at) {
  UniqueFd fd(::socket(at.address.isV4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_storage storage;
  const socklen_t length = at.toSockaddr(storage);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) fd.reset();
  return fd;
}

// Listens on the address; port 0 lets the kernel choose.
class LiveListener {
 public:
  explicit LiveListener(std::string_view address, std::uint16_t port = 0, int backlog = 512)
      : fd_(boundSocket({ip(address), port})) {
    if (!fd_) return;
    EXPECT_EQ(::listen(fd_.get(), backlog), 0);
    endpoint_ = *Endpoint::local(fd_.get());
  }
  explicit operator bool() const { return static_cast<bool>(fd_); }
  const Endpoint& endpoint() const { return endpoint_; }
  std::uint16_t port() const { return endpoint_.port; }
  UniqueFd accept() { return UniqueFd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
  // Whether somebody is connected and waits to be accepted.
  bool hasVisitor() {
    UniqueFd visitor(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    return static_cast<bool>(visitor);
  }
  void makeNonBlocking() { ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK); }

 private:
  UniqueFd fd_;
  Endpoint endpoint_;
};

// A listener whose queue is full: the kernel drops every further SYN, so that a connect to it hangs.
class DeadListener {
 public:
  explicit DeadListener(std::string_view address, std::uint16_t port = 0) : listener_(address, port, 0) {
    if (!listener_) return;
    sockaddr_storage storage;
    const socklen_t length = listener_.endpoint().toSockaddr(storage);
    for (UniqueFd& fd : fill_) {
      fd.reset(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length);
    }
  }
  explicit operator bool() const { return static_cast<bool>(listener_); }
  const Endpoint& endpoint() const { return listener_.endpoint(); }
  std::uint16_t port() const { return endpoint().port; }

 private:
  LiveListener listener_;
  std::array<UniqueFd, 3> fill_;
};

// A port on which nobody listens, for as long as the object lives: it is bound.
class RefusedPort {
 public:
  explicit RefusedPort(std::string_view address = "127.0.0.1") : fd_(boundSocket({ip(address), 0})) {}
  Endpoint endpoint() const { return *Endpoint::local(fd_.get()); }

 private:
  UniqueFd fd_;
};

// Rules that allow loopback and nothing else that is special.
inline access::DestinationRulesPtr loopbackRules() {
  config::Proxy proxy;
  proxy.allow_destinations = {{*IpNetwork::parse("127.0.0.0/8"), {}}, {*IpNetwork::parse("::1"), {}}};
  return std::make_shared<const access::DestinationRules>(proxy);
}

inline bool haveIpv6() { return static_cast<bool>(boundSocket({ip("::1"), 0})); }

}  // namespace megaphone::connect
