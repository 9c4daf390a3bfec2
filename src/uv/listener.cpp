#include "megaphone/uv/listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "loop_inside.h"

namespace megaphone::uv {
namespace {
constexpr int kAcceptsPerWakeUp = 64;
constexpr int kAcceptsAtTheEnd = 4096;  // a whole backlog; bounded, although clients keep coming
}  // namespace

struct Listener::Box final : Watcher {
  Loop::Inside* loop = nullptr;
  UniqueFd fd;
  ListenerSink* sink = nullptr;
  bool paused = false;

  void turn(std::uint32_t) override { accept(kAcceptsPerWakeUp); }
  // The sink may close or pause this listener in between: every turn looks anew.
  // false: accepting has failed.
  bool accept(int most);
};

bool Listener::Box::accept(int most) {
  while (most-- > 0 && sink && !paused) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    UniqueFd accepted(::accept4(fd.get(), address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted) {
      const int error = errno;
      if (error == EAGAIN) return true;
      if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
        sink->onAcceptFailed(error);
        return false;
      }
      continue;  // that one connection has failed already: ECONNABORTED and the like
    }
    sink->onAccept(std::move(accepted), Endpoint::from(address).value_or(Endpoint{}));
  }
  return true;
}

Listener::Listener(Loop& loop, UniqueFd fd, ListenerSink& sink) : box_(new Box) {
  box_->fd = std::move(fd);
  box_->sink = &sink;
  box_->loop = &loop.inside();
  box_->loop->watch(*box_, box_->fd.get(), EPOLLIN);
}

void Listener::Closer::operator()(Box* box) const {
  box->sink = nullptr;
  if (!box->paused) box->loop->forget(box->fd.get());  // other loops have descriptors of the same socket
  box->fd.reset();
  box->loop->deleteLater(box);
}

void Listener::pause() {
  if (box_->paused) return;
  box_->paused = true;
  box_->loop->forget(box_->fd.get());
}

void Listener::resume() {
  if (!box_->paused) return;
  box_->paused = false;
  box_->loop->watch(*box_, box_->fd.get(), EPOLLIN);
}

// A sink that pauses for lack of resources ends this like a failure.
bool Listener::finish() {
  resume();
  if (!box_->accept(kAcceptsAtTheEnd) || box_->paused) return false;
  box_.reset();
  return true;
}

}  // namespace megaphone::uv
