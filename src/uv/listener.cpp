#include "megaphone/uv/listener.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "loop_inside.h"

namespace megaphone::uv {
namespace {
constexpr int kAcceptsPerWakeUp = 64;
constexpr int kAcceptsAtTheEnd = 4096;  // a whole backlog; clients that keep coming do not keep us
}  // namespace

struct Listener::Box {
  uv_poll_t poll;
  UniqueFd fd;
  ListenerSink* sink = nullptr;
  bool paused = false;

  void start() {
    uv_poll_start(&poll, UV_READABLE,
                  [](uv_poll_t* h, int, int) { static_cast<Box*>(h->data)->accept(kAcceptsPerWakeUp); });
  }
  // The sink may close or pause this listener in between: every turn looks anew.
  void accept(int most);
};

void Listener::Box::accept(int most) {
  while (most-- > 0 && sink && !paused) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    UniqueFd accepted(::accept4(fd.get(), address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted) {
      const int error = errno;
      if (error == EAGAIN) return;
      if (error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM) {
        return sink->onAcceptFailed(error);
      }
      continue;  // that one connection has failed already: ECONNABORTED and the like
    }
    sink->onAccept(std::move(accepted), Endpoint::from(address).value_or(Endpoint{}));
  }
}

Listener::Listener(Loop& loop, UniqueFd fd, ListenerSink& sink) : box_(new Box) {
  box_->fd = std::move(fd);
  box_->sink = &sink;
  mustSucceed(uv_poll_init(&loop.inside().loop, &box_->poll, box_->fd.get()), "uv_poll_init");
  box_->poll.data = box_.get();
  box_->start();
}

void Listener::Closer::operator()(Box* box) const {
  box->sink = nullptr;
  uv_poll_stop(&box->poll);
  box->fd.reset();
  closeBox(box, &box->poll);
}

void Listener::pause() {
  box_->paused = true;
  uv_poll_stop(&box_->poll);
}

void Listener::resume() {
  if (!box_->paused) return;
  box_->paused = false;
  box_->start();
}

void Listener::finish() {
  box_->accept(kAcceptsAtTheEnd);
  box_.reset();
}

}  // namespace megaphone::uv
