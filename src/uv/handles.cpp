#include "megaphone/uv/handles.h"

#include "loop_inside.h"
#include "megaphone/uv/mailbox.h"

namespace megaphone::uv {

struct Timer::Box {
  uv_timer_t handle;
  std::function<void()> call;
};

struct Signal::Box {
  uv_signal_t handle;
  std::function<void()> call;
};

struct Poll::Box {
  uv_poll_t handle;
  OnReady call;
};

struct Wakeup::Box {
  uv_async_t handle;
  std::function<void()> call;
};

namespace {

// The function may destroy its own handle: the box, and with it the function, lives on until libuv lets go of it.
template <class Box, class Handle>
Box& boxOf(Handle* handle) {
  return *static_cast<Box*>(handle->data);
}

}  // namespace

template <class Box>
void BoxCloser<Box>::operator()(Box* box) const {
  uv_close(reinterpret_cast<uv_handle_t*>(&box->handle), [](uv_handle_t* h) { delete static_cast<Box*>(h->data); });
}
template struct BoxCloser<Timer::Box>;
template struct BoxCloser<Signal::Box>;
template struct BoxCloser<Poll::Box>;

Timer::Timer(Loop& loop, std::function<void()> onTime) : box_(new Box{{}, std::move(onTime)}) {
  mustSucceed(uv_timer_init(&loop.inside().loop, &box_->handle), "uv_timer_init");
  box_->handle.data = box_.get();
}

void Timer::start(Duration delay) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(std::max(delay, Duration::zero())).count();
  uv_update_time(box_->handle.loop);  // libuv counts from the beginning of the round
  uv_timer_start(
      &box_->handle, [](uv_timer_t* h) { boxOf<Box>(h).call(); }, static_cast<std::uint64_t>(ms), 0);
}

void Timer::stop() { uv_timer_stop(&box_->handle); }

Signal::Signal(Loop& loop, int signum, std::function<void()> onSignal) : box_(new Box{{}, std::move(onSignal)}) {
  mustSucceed(uv_signal_init(&loop.inside().loop, &box_->handle), "uv_signal_init");
  box_->handle.data = box_.get();
  mustSucceed(uv_signal_start(
                  &box_->handle, [](uv_signal_t* h, int) { boxOf<Box>(h).call(); }, signum),
              "uv_signal_start");
}

Poll::Poll(Loop& loop, int fd, OnReady onReady) : box_(new Box{{}, std::move(onReady)}) {
  mustSucceed(uv_poll_init(&loop.inside().loop, &box_->handle, fd), "uv_poll_init");
  box_->handle.data = box_.get();
}

void Poll::watch(bool readable, bool writable) {
  const int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
  if (events == 0) {
    uv_poll_stop(&box_->handle);
    return;
  }
  uv_poll_start(&box_->handle, events, [](uv_poll_t* h, int status, int ready) {
    // An error is told as readiness: the owner's next call on the descriptor will name it.
    boxOf<Box>(h).call(status < 0 || (ready & UV_READABLE), status < 0 || (ready & UV_WRITABLE));
  });
}

Wakeup::Wakeup(Loop& loop, std::function<void()> onWake) : box_(new Box{{}, std::move(onWake)}) {
  mustSucceed(uv_async_init(&loop.inside().loop, &box_->handle, [](uv_async_t* h) { boxOf<Box>(h).call(); }),
              "uv_async_init");
  box_->handle.data = box_.get();
}

void Wakeup::wake() { uv_async_send(&box_->handle); }

void Wakeup::Closer::operator()(Box* box) const { BoxCloser<Box>{}(box); }

}  // namespace megaphone::uv
