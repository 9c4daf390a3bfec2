// Servers of a few lines on loopback, port 0, each served by a thread until its test ends; and outputs to look into.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "console.h"
#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uppercase/uppercase.h"

namespace megaphone::client::test {

inline const IpAddress kLoopback = IpAddress::v4({127, 0, 0, 1});

inline UniqueFd bound(int type) {
  sockaddr_storage address{};
  const socklen_t length = Endpoint{kLoopback, 0}.toSockaddr(address);
  UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
  return fd;
}

inline std::string upper(std::string text) {
  uppercase::toUpper(text);
  return text;
}

inline void writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

// One read, as it comes; empty at the end.
inline std::string readSome(int fd, std::size_t most = 65536) {
  std::string text(most, '\0');
  const ssize_t got = ::read(fd, text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

inline std::string readAll(int fd) {
  std::string all;
  for (std::string part = readSome(fd); !part.empty(); part = readSome(fd)) all += part;
  return all;
}

// Accepts one connection, gives it to `script`, and closes it.
class TcpServer {
 public:
  explicit TcpServer(std::function<void(int)> script) : listener_(bound(SOCK_STREAM)) {
    EXPECT_EQ(::listen(listener_.get(), 8), 0);
    thread_ = std::thread([this, script = std::move(script)] {
      const UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client) script(client.get());
    });
  }
  ~TcpServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);  // wakes accept when nobody came
    thread_.join();
  }
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;
  Endpoint endpoint() const { return *Endpoint::local(listener_.get()); }

 private:
  UniqueFd listener_;
  std::thread thread_;
};

// Answers `count` datagrams by `reply`, which may send none or several.
class UdpServer {
 public:
  using Reply = std::function<void(const std::string&, const std::function<void(std::string_view)>&)>;
  UdpServer(int count, Reply reply) : socket_(bound(SOCK_DGRAM)) {
    thread_ = std::thread([this, count, reply = std::move(reply)] {
      for (int i = 0; i < count; ++i) serve(reply);
    });
  }
  ~UdpServer() { thread_.join(); }
  UdpServer(const UdpServer&) = delete;
  UdpServer& operator=(const UdpServer&) = delete;
  Endpoint endpoint() const { return *Endpoint::local(socket_.get()); }

 private:
  void serve(const Reply& reply) {
    std::string text(65536, '\0');
    sockaddr_storage from{};
    socklen_t length = sizeof from;
    auto* address = reinterpret_cast<sockaddr*>(&from);
    const ssize_t got = ::recvfrom(socket_.get(), text.data(), text.size(), 0, address, &length);
    if (got < 0) return;
    text.resize(static_cast<std::size_t>(got));
    reply(text,
          [&](std::string_view answer) { ::sendto(socket_.get(), answer.data(), answer.size(), 0, address, length); });
  }
  UniqueFd socket_;
  std::thread thread_;
};

// A file in memory that holds what was written to it.
class Paper {
 public:
  Paper() : fd_(::memfd_create("paper", MFD_CLOEXEC)) {}
  int fd() const { return fd_.get(); }
  std::string text() const {
    ::lseek(fd_.get(), 0, SEEK_SET);
    return readAll(fd_.get());
  }
  void fill(std::string_view text) const {
    EXPECT_EQ(::write(fd_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::lseek(fd_.get(), 0, SEEK_SET);
  }

 private:
  UniqueFd fd_;
};

// A person's desk: an input, and papers for answers and remarks.
struct Desk {
  explicit Desk(Answers::Form form = Answers::Form::bytes) : replies(output, form) {}
  Paper input;
  Paper answers;
  Paper remarks;
  Waiter waiter;
  Output output{answers.fd(), waiter};
  Notes notes{remarks.fd(), Notes::Level::normal};
  Answers replies;
  Report report;
  Console console{input.fd(), false, output, replies, waiter, notes, report};
};

struct Pair {
  UniqueFd here;
  UniqueFd there;
};

inline Pair pipePair() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::pipe2(fds.data(), O_CLOEXEC), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

inline Pair socketPair() {
  std::array<int, 2> fds{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
  return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

}  // namespace megaphone::client::test
