#include "megaphone/uv/handles.h"

#include "loop_inside.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::uv {

struct Timer::Box {
  uv_timer_t handle;
  std::function<void()> call;
  Loop::Inside* loop;

  void start(std::uint64_t ms) {
    uv_timer_start(
        &handle, [](uv_timer_t* h) { static_cast<Box*>(h->data)->fire(); }, ms, 0);
  }
  void fire() { loop->roundsToCatchUp == 0 ? call() : start(1); }
};

struct Signal::Box {
  uv_signal_t handle;
  std::function<void()> call;
};

struct Poll::Box final : Watcher {
  Loop::Inside* loop = nullptr;
  int fd = -1;
  OnReady call;
  std::uint32_t watched = 0;
  bool closed = false;

  // An error is reported as readiness: the owner's next call on the descriptor returns it.
  void turn(std::uint32_t events) override {
    constexpr std::uint32_t kOver = std::uint32_t{EPOLLERR} | EPOLLHUP;
    if (!closed && watched != 0) call((events & (EPOLLIN | kOver)) != 0, (events & (EPOLLOUT | kOver)) != 0);
  }
};

struct Wakeup::Box {
  uv_async_t handle;
  std::function<void()> call;
};

template <class Box>
void BoxCloser<Box>::operator()(Box* box) const {
  uv_close(reinterpret_cast<uv_handle_t*>(&box->handle), [](uv_handle_t* h) { delete static_cast<Box*>(h->data); });
}
template <>
void BoxCloser<Poll::Box>::operator()(Poll::Box* box) const {
  box->closed = true;
  if (box->watched != 0) box->loop->forget(box->fd);
  box->loop->deleteLater(box);
}
template struct BoxCloser<Timer::Box>;
template struct BoxCloser<Signal::Box>;

namespace {

// The function may destroy its own handle: the box, and with it the function, lives on until libuv lets go of it.
template <class Box, class Handle>
Box& boxOf(Handle* handle) {
  return *static_cast<Box*>(handle->data);
}

// Makes a handle. Its closer may be called only once init has succeeded.
template <class Closer, class Box, class Init>
std::unique_ptr<Box, Closer> made(Box* box, const char* what, Init&& init) {
  std::unique_ptr<Box> owned(box);
  mustSucceed(init(&box->handle), what);
  box->handle.data = box;
  return std::unique_ptr<Box, Closer>(owned.release());
}

}  // namespace

Timer::Timer(Loop& loop, std::function<void()> onTime)
    : box_(made<BoxCloser<Box>>(new Box{{}, std::move(onTime), &loop.inside()}, "make a timer",
                                [&](uv_timer_t* handle) { return uv_timer_init(&loop.inside().loop, handle); })) {}

void Timer::start(Duration delay) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(std::max(delay, Duration::zero())).count();
  uv_update_time(box_->handle.loop);  // libuv counts from the beginning of the round
  box_->start(static_cast<std::uint64_t>(ms));
}

void Timer::stop() { uv_timer_stop(&box_->handle); }

Signal::Signal(Loop& loop, int signum, std::function<void()> onSignal)
    : box_(made<BoxCloser<Box>>(new Box{{}, std::move(onSignal)}, "listen to signals",
                                [&](uv_signal_t* handle) { return uv_signal_init(&loop.inside().loop, handle); })) {
  mustSucceed(uv_signal_start(
                  &box_->handle, [](uv_signal_t* h, int) { boxOf<Box>(h).call(); }, signum),
              "listen to signals");
}

Poll::Poll(Loop& loop, int fd, OnReady onReady) : box_(new Box) {
  box_->loop = &loop.inside();
  box_->fd = fd;
  box_->call = std::move(onReady);
}

void Poll::watch(bool readable, bool writable) {
  const std::uint32_t wanted = (readable ? std::uint32_t{EPOLLIN} : 0) | (writable ? std::uint32_t{EPOLLOUT} : 0);
  if (wanted == box_->watched) return;
  if (box_->watched != 0) box_->loop->forget(box_->fd);
  box_->watched = wanted;
  if (wanted != 0) box_->loop->watch(*box_, box_->fd, wanted);
}

Wakeup::Wakeup(Loop& loop, std::function<void()> onWake)
    : box_(made<Closer>(new Box{{}, std::move(onWake)}, "make a mailbox", [&](uv_async_t* handle) {
        return uv_async_init(&loop.inside().loop, handle, [](uv_async_t* h) { boxOf<Box>(h).call(); });
      })) {}

void Wakeup::wake() { uv_async_send(&box_->handle); }

void Wakeup::Closer::operator()(Box* box) const { BoxCloser<Box>{}(box); }

}  // namespace megaphone::uv
