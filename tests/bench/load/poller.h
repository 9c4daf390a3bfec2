// Poller: one epoll, and the handlers of its descriptors. A handler that has ended is freed after the round.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace bench {

class Handler;

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void round(int milliseconds);
  // Frees it when this round is over. REQUIRES: nobody else owns it.
  void retire(Handler* handler);

 private:
  friend class Handler;
  int fd_;
  std::vector<std::unique_ptr<Handler>> retired_;
};

// One descriptor, level-triggered.
class Handler {
 public:
  explicit Handler(Poller& poller) : poller_(poller) {}
  virtual ~Handler() { close(); }
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

  virtual void onEvents(std::uint32_t events) = 0;

  void adopt(int fd, std::uint32_t events);
  bool open() const { return fd_ >= 0; }

 protected:
  Poller& poller() { return poller_; }
  int fd() const { return fd_; }
  void want(std::uint32_t events);
  void close();
  // Closes, and has the poller free this.
  void retire();

 private:
  Poller& poller_;
  int fd_ = -1;
  std::uint32_t events_ = 0;
};

inline constexpr std::uint32_t kReadable = EPOLLIN | EPOLLHUP | EPOLLERR;

// Where reads go before anybody looks at them.
inline constexpr std::size_t kScratch = std::size_t{1} << 18;
char* scratch();

// Says what failed, with errno, and exits with 2: a broken load generator must not look like a slow server.
[[noreturn]] void die(std::string_view what);

}  // namespace bench
