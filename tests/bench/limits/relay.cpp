#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

#include "servers.h"
#include "sockets.h"
#include "turns.h"

namespace bench {
namespace {

bool spliced = false;  // set once, before the first connection
constexpr std::uint64_t kCopiedFirst = 65536;
constexpr std::size_t kPipe = std::size_t{1} << 20;

// Bytes from one descriptor to another.
class Direction {
 public:
  enum class Outcome { waits, more, broken };
  Direction() = default;
  ~Direction() {
    for (const int fd : pipe_) {
      if (fd >= 0) ::close(fd);
    }
  }
  Direction(const Direction&) = delete;
  Direction& operator=(const Direction&) = delete;

  void heard(std::uint32_t events) {
    hangs_ = hangs_ || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    readable_ = readable_ || (events & kHeard) != 0;
  }
  void send(std::string bytes) { pending_ = std::move(bytes); }
  bool readable() const { return readable_; }
  bool passedEnd() const { return passedEnd_; }

  Outcome move(int from, int to) {
    for (int i = 0; i < kRoundsPerTurn; ++i) {
      const Outcome outcome = step(from, to);
      if (outcome != Outcome::more) return outcome;
    }
    return Outcome::more;
  }

 private:
  static Outcome failed() { return errno == EAGAIN ? Outcome::waits : Outcome::broken; }

  Outcome step(int from, int to) {
    if (!pending_.empty()) {
      const ssize_t sent = ::write(to, pending_.data(), pending_.size());
      if (sent < 0) return failed();
      pending_.erase(0, static_cast<std::size_t>(sent));
      if (!pending_.empty()) return Outcome::waits;
    }
    if (inPipe_ > 0) {
      const ssize_t sent = ::splice(pipe_[0], nullptr, to, nullptr, inPipe_, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
      if (sent < 0) return failed();
      inPipe_ -= static_cast<std::size_t>(sent);
      if (inPipe_ > 0) return Outcome::waits;
    }
    if (ended_) {
      if (!passedEnd_) ::shutdown(to, SHUT_WR);
      passedEnd_ = true;
      return Outcome::waits;
    }
    if (!readable_) return Outcome::waits;
    return spliced && moved_ > kCopiedFirst ? fillPipe(from) : copy(from, to);
  }

  Outcome fillPipe(int from) {
    if (pipe_[0] < 0) {
      if (::pipe2(pipe_.data(), O_NONBLOCK) != 0) die("pipe2");
      ::fcntl(pipe_[1], F_SETPIPE_SZ, kPipe);
    }
    const ssize_t got = ::splice(from, nullptr, pipe_[1], nullptr, kPipe, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
    if (got < 0) {
      readable_ = false;
      return failed();
    }
    ended_ = got == 0;
    inPipe_ = static_cast<std::size_t>(got);
    return Outcome::more;
  }

  Outcome copy(int from, int to) {
    const ssize_t got = ::read(from, scratch(), kReadSize);
    if (got < 0) {
      readable_ = false;
      return failed();
    }
    ended_ = got == 0;
    if (ended_) return Outcome::more;
    const auto size = static_cast<std::size_t>(got);
    moved_ += size;
    ssize_t sent = ::write(to, scratch(), size);
    if (sent < 0 && errno != EAGAIN) return Outcome::broken;
    if (sent < 0) sent = 0;
    pending_.assign(scratch() + sent, size - static_cast<std::size_t>(sent));
    if (size < kReadSize && !hangs_) readable_ = false;
    return Outcome::more;
  }

  std::string pending_;
  std::array<int, 2> pipe_{-1, -1};
  std::size_t inPipe_ = 0;
  std::uint64_t moved_ = 0;
  bool readable_ = false;
  bool hangs_ = false;
  bool ended_ = false;
  bool passedEnd_ = false;
};

class Relay final : public Handler {
 public:
  explicit Relay(Poller& poller) : Handler(poller), origin_(poller, *this) {}
  ~Relay() override { Turns::instance().forget(this); }

  void onEvents(std::uint32_t events) override {
    toOrigin_.heard(events);
    if (phase_ == Phase::head) return readHead();
    if (phase_ == Phase::running) moveAll();
  }

 private:
  enum class Phase : std::uint8_t { head, connecting, running };

  struct Origin final : Handler {
    Origin(Poller& poller, Relay& owner) : Handler(poller), relay(owner) {}
    void onEvents(std::uint32_t events) override { relay.onOrigin(events); }
    using Handler::close;
    using Handler::fd;
    Relay& relay;
  };

  void readHead() {
    const ssize_t got = ::read(fd(), scratch(), kReadSize);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return end();
    head_.append(scratch(), static_cast<std::size_t>(got));
    const std::size_t headEnd = head_.find("\r\n\r\n");
    if (headEnd == std::string::npos) return;
    const std::size_t address = head_.find("127.0.0.1:");
    const int fd = address == std::string::npos ? -1 : dial(std::atoi(head_.c_str() + address + 10));
    if (fd < 0) return end();
    connect_ = head_.starts_with("CONNECT ");
    toOrigin_.send(connect_ ? head_.substr(headEnd + 4) : head_);
    head_ = {};
    phase_ = Phase::connecting;
    origin_.adopt(fd, kEdges);
  }

  void onOrigin(std::uint32_t events) {
    if (phase_ == Phase::connecting) {
      if (connectError(origin_.fd()) != 0) return end();
      phase_ = Phase::running;
      if (connect_) toClient_.send("HTTP/1.1 200 OK\r\n\r\n");
    }
    toClient_.heard(events);
    moveAll();
  }

  // Both directions at any event: what one lets out may let the other in.
  void moveAll() {
    const auto forth = toOrigin_.move(fd(), origin_.fd());
    if (forth == Direction::Outcome::broken) return end();
    const auto back = toClient_.move(origin_.fd(), fd());
    if (back == Direction::Outcome::broken) return end();
    if (toOrigin_.passedEnd() && toClient_.passedEnd()) return end();
    if (forth == Direction::Outcome::more || back == Direction::Outcome::more) Turns::instance().add(this);
  }

  void end() {
    origin_.close();
    retire();
  }

  Origin origin_;
  Direction toOrigin_;
  Direction toClient_;
  std::string head_;
  Phase phase_ = Phase::head;
  bool connect_ = false;
};

}  // namespace

void runRelay(int port, bool bySplice) {
  spliced = bySplice;
  Poller poller;
  const Listener<Relay> listener(poller, port, kEdges);
  Turns::instance().run(poller);
}

}  // namespace bench
