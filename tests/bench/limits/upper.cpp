#include <unistd.h>

#include <cerrno>
#include <string>

#include "servers.h"
#include "sockets.h"
#include "turns.h"
#include "upper_bytes.h"

namespace bench {
namespace {

class Upper final : public Handler {
 public:
  explicit Upper(Poller& poller) : Handler(poller) {}
  ~Upper() override { Turns::instance().forget(this); }

  void onEvents(std::uint32_t events) override {
    hangs_ = hangs_ || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    readable_ = readable_ || (events & kHeard) != 0;
    for (int i = 0; i < kRoundsPerTurn; ++i) {
      if (!pending_.empty() && !writePending()) return;
      if (ended_) return retire();
      if (!readable_ || !readSome()) return;
    }
    Turns::instance().add(this);
  }

 private:
  // False: nothing more can be done now.
  bool writePending() {
    const ssize_t sent = ::write(fd(), pending_.data(), pending_.size());
    if (sent < 0 && errno != EAGAIN) return retire(), false;
    if (sent > 0) pending_.erase(0, static_cast<std::size_t>(sent));
    return pending_.empty();
  }

  bool readSome() {
    const ssize_t got = ::read(fd(), scratch(), kReadSize);
    if (got < 0 && errno == EAGAIN) return readable_ = false;
    if (got < 0) return retire(), false;
    ended_ = got == 0;
    if (ended_) return true;
    const auto size = static_cast<std::size_t>(got);
    upperBytes(scratch(), size);
    ssize_t sent = ::write(fd(), scratch(), size);
    if (sent < 0 && errno != EAGAIN) return retire(), false;
    if (sent < 0) sent = 0;
    pending_.assign(scratch() + sent, size - static_cast<std::size_t>(sent));
    if (size < kReadSize && !hangs_) readable_ = false;
    return readable_ || !pending_.empty();
  }

  std::string pending_;
  bool readable_ = false;
  bool hangs_ = false;
  bool ended_ = false;
};

}  // namespace

void runUpper(int port) {
  Poller poller;
  const Listener<Upper> listener(poller, port, kEdges);
  Turns::instance().run(poller);
}

}  // namespace bench
