#include "megaphone/uv/loop.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

#include "loop_inside.h"
#include "megaphone/base/shortage.h"

namespace megaphone::uv {
namespace {

constexpr int kEventsPerRound = 256;
constexpr int kTurnsPerRound = 8;     // before newly arrived events are handled
constexpr std::uint64_t kPause = 20;  // ms
constexpr int kMostRoundsToCatchUp = 64;
constexpr std::uint64_t kWatchLaterMs = 50;

// uv_loop_init() of a process's first loop makes a pipe for signals, and libuv aborts if that fails. It opens about as
// many other descriptors.
void requireDescriptors() {
  std::array<UniqueFd, 4> ends;
  for (std::size_t i = 0; i < ends.size(); i += 2) {
    std::array<int, 2> pipe{};
    mustSucceed(::pipe2(pipe.data(), O_CLOEXEC) == 0 ? 0 : -errno, "make an event loop");
    ends[i].reset(pipe[0]);
    ends[i + 1].reset(pipe[1]);
  }
}

}  // namespace

void mustSucceed(int code, const char* what) {
  if (code < 0) throw Shortage(systemError(-code, what));  // libuv's codes are errnos with a minus
}

Loop::Inside::Inside() : watched(epoll_create1(EPOLL_CLOEXEC)) {
  mustSucceed(watched ? 0 : -errno, "make an event loop");
  requireDescriptors();
  mustSucceed(uv_loop_init(&loop), "make an event loop");
  uv_prepare_init(&loop, &alive);
  uv_prepare_start(&alive, [](uv_prepare_t*) {});
  uv_timer_init(&loop, &watchLater);
  watchLater.data = this;
  epoll_event libuv{};
  libuv.events = EPOLLIN;  // no watcher: libuv itself
  if (epoll_ctl(watched.get(), EPOLL_CTL_ADD, uv_backend_fd(&loop), &libuv) == 0) return;
  const int errnum = errno;
  close();
  mustSucceed(-errnum, "make an event loop");
}

Loop::Inside::~Inside() {
  runDeferredDeletes();
  close();
}

void Loop::Inside::close() {
  uv_close(reinterpret_cast<uv_handle_t*>(&alive), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&watchLater), nullptr);
  while (uv_run(&loop, UV_RUN_DEFAULT) != 0) {
  }
  runDeferredDeletes();
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
  const int timeout = stopping || !ready.empty() || roundsToCatchUp > 0 ? 0 : uv_backend_timeout(&loop);
  const std::uint64_t slept = uv_now(&loop);
  std::array<epoll_event, kEventsPerRound> events;
  const int count = epoll_wait(watched.get(), events.data(), kEventsPerRound, timeout);
  uv_update_time(&loop);
  const bool catchesUp = roundsToCatchUp > 0;
  if (catchesUp)
    roundsToCatchUp = count >= 0 && count < kEventsPerRound ? 0 : roundsToCatchUp - 1;
  else if (timeout >= 0)
    notePause(slept + static_cast<std::uint64_t>(timeout));
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
  if (libuvIsReady || uv_backend_timeout(&loop) == 0) {
    const std::uint64_t woken = uv_now(&loop);
    uv_update_time(&loop);
    if (!catchesUp) notePause(woken);  // else long rounds would postpone timers for ever
    uv_run(&loop, UV_RUN_NOWAIT);
  }
  runDeferredDeletes();
}

// After a pause one round handles everything that has arrived, libuv's handles included, unless that exceeds one round.
void Loop::Inside::notePause(std::uint64_t expected) {
  if (uv_now(&loop) > expected + kPause) roundsToCatchUp = kMostRoundsToCatchUp;
}

void Loop::Inside::turnReady() {
  const Stream::Box* last = ready.back();  // streams that become ready meanwhile wait for the next round
  for (int turns = 0; turns < kTurnsPerRound; ++turns) {
    Stream::Box* next = ready.front();
    if (!next) return;
    next->unlink();
    next->takeTurn();
    if (next == last) return;
  }
}

void Loop::Inside::watch(Watcher& watcher, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &watcher;
  if (epoll_ctl(watched.get(), EPOLL_CTL_ADD, fd, &event) == 0) return;
  unwatched.push_back({&watcher, fd, events});
  const auto again = [](uv_timer_t* timer) { static_cast<Inside*>(timer->data)->watchUnwatched(); };
  uv_timer_start(&watchLater, again, kWatchLaterMs, 0);
}

void Loop::Inside::watchUnwatched() {
  for (const Unwatched& each : std::exchange(unwatched, {})) watch(*each.watcher, each.fd, each.events);
}

void Loop::Inside::forget(int fd) {
  epoll_ctl(watched.get(), EPOLL_CTL_DEL, fd, nullptr);
  std::erase_if(unwatched, [&](const Unwatched& each) { return each.fd == fd; });
}

void Loop::Inside::deleteLater(Watcher* watcher) {
  std::erase_if(unwatched, [&](const Unwatched& each) { return each.watcher == watcher; });
  deadWatchers.emplace_back(watcher);
}

void Loop::Inside::runDeferredDeletes() {
  // Destructors may add more.
  while (!deferredDeletes.empty() || !deadWatchers.empty()) {
    deadWatchers.clear();
    const auto batch = std::move(deferredDeletes);
    deferredDeletes.clear();
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
void Loop::deferDelete(std::unique_ptr<Deferred> object) { inside_->deferredDeletes.push_back(std::move(object)); }

}  // namespace megaphone::uv
