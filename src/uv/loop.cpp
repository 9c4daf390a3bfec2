#include "megaphone/uv/loop.h"

#include <sys/epoll.h>

#include <array>
#include <cassert>
#include <cstdio>
#include <cstdlib>

#include "loop_inside.h"

namespace megaphone::uv {
namespace {

constexpr int kEventsPerRound = 256;

}  // namespace

void mustSucceed(int code, const char* what) {
  if (code >= 0) return;
  std::fprintf(stderr, "megaphone: %s: %s\n", what, uv_strerror(code));
  std::abort();
}

Loop::Inside::Inside() : watched(epoll_create1(EPOLL_CLOEXEC)) {
  mustSucceed(watched ? 0 : -errno, "epoll_create1");
  mustSucceed(uv_loop_init(&loop), "uv_loop_init");
  mustSucceed(uv_prepare_init(&loop, &alive), "uv_prepare_init");
  uv_prepare_start(&alive, [](uv_prepare_t*) {});
  epoll_event libuv{};
  libuv.events = EPOLLIN;  // no watcher: libuv itself
  mustSucceed(epoll_ctl(watched.get(), EPOLL_CTL_ADD, uv_backend_fd(&loop), &libuv) == 0 ? 0 : -errno, "epoll_ctl");
}

Loop::Inside::~Inside() {
  flushGraves();
  uv_close(reinterpret_cast<uv_handle_t*>(&alive), nullptr);
  while (uv_run(&loop, UV_RUN_DEFAULT) != 0) {
  }
  flushGraves();
  [[maybe_unused]] const int left = uv_loop_close(&loop);
  assert(left == 0 && "a handle outlived its loop");
}

void Loop::Inside::run() {
  do {
    round();
  } while (!stopping);
  stopping = false;
}

void Loop::Inside::round() {
  const int timeout = stopping || !ready.empty() ? 0 : uv_backend_timeout(&loop);
  std::array<epoll_event, kEventsPerRound> events;
  const int count = epoll_wait(watched.get(), events.data(), kEventsPerRound, timeout);
  uv_update_time(&loop);
  roundTimeKnown = false;
  bool libuvIsReady = false;
  const auto forEachWatcher = [&](auto&& visit) {
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr)
        visit(*static_cast<Watcher*>(event.data.ptr), event.events);
      else
        libuvIsReady = true;
    }
  };
  forEachWatcher([](Watcher& watcher, std::uint32_t happened) { watcher.note(happened); });
  forEachWatcher([](Watcher& watcher, std::uint32_t happened) { watcher.turn(happened); });
  turnReady();
  if (libuvIsReady || uv_backend_timeout(&loop) == 0) uv_run(&loop, UV_RUN_NOWAIT);
  flushGraves();
}

void Loop::Inside::turnReady() {
  IntrusiveList<Stream::Box> batch;  // what becomes ready meanwhile waits for the next round
  batch.takeAll(ready);
  while (Stream::Box* next = batch.front()) {
    next->unlink();
    next->tellReadable();
  }
}

void Loop::Inside::watch(Watcher& watcher, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watcher;
  mustSucceed(epoll_ctl(watched.get(), EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno, "epoll_ctl");
}

void Loop::Inside::flushGraves() {
  // What dies may send more to the graves.
  while (!graves.empty() || !deadWatchers.empty()) {
    deadWatchers.clear();
    const auto batch = std::move(graves);
    graves.clear();
  }
}

MonoTime Loop::Inside::now() {
  if (!roundTimeKnown) {
    roundTime = monoNow();
    roundTimeKnown = true;
  }
  return roundTime;
}

Loop::Loop() : inside_(std::make_unique<Inside>()) {}
Loop::~Loop() = default;

void Loop::run() { inside_->run(); }
void Loop::stop() { inside_->stopping = true; }
MonoTime Loop::now() const { return inside_->now(); }
void Loop::deferDelete(std::unique_ptr<Deferred> object) { inside_->graves.push_back(std::move(object)); }

}  // namespace megaphone::uv
