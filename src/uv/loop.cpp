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

Loop::Inside& insideOf(void* data) { return *static_cast<Loop::Inside*>(data); }

template <class Handle>
void closeOwn(Handle& handle) {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
}

}  // namespace

void mustSucceed(int code, const char* what) {
  if (code >= 0) return;
  std::fprintf(stderr, "megaphone: %s: %s\n", what, uv_strerror(code));
  std::abort();
}

Loop::Inside::Inside() : streamSet(epoll_create1(EPOLL_CLOEXEC)) {
  mustSucceed(streamSet ? 0 : -errno, "epoll_create1");
  mustSucceed(uv_loop_init(&loop), "uv_loop_init");
  mustSucceed(uv_poll_init(&loop, &streams, streamSet.get()), "uv_poll_init");
  mustSucceed(uv_prepare_init(&loop, &before), "uv_prepare_init");
  mustSucceed(uv_check_init(&loop, &after), "uv_check_init");
  mustSucceed(uv_idle_init(&loop, &busy), "uv_idle_init");
  streams.data = before.data = after.data = busy.data = this;

  uv_poll_start(&streams, UV_READABLE, [](uv_poll_t* h, int, int) { insideOf(h->data).dispatchStreams(); });
  uv_prepare_start(&before, [](uv_prepare_t* h) {
    Inside& self = insideOf(h->data);
    self.flushGraves();
    self.roundTimeKnown = false;
  });
  uv_check_start(&after, [](uv_check_t* h) { insideOf(h->data).flushGraves(); });
}

Loop::Inside::~Inside() {
  flushGraves();
  closeOwn(streams);
  closeOwn(before);
  closeOwn(after);
  closeOwn(busy);
  while (uv_run(&loop, UV_RUN_DEFAULT) != 0) {  // a stop() that nobody ran into ends the first run at once
  }
  flushGraves();
  [[maybe_unused]] const int left = uv_loop_close(&loop);
  assert(left == 0 && "a handle outlived its loop");
}

void Loop::Inside::dispatchStreams() {
  std::array<epoll_event, kEventsPerRound> events;
  const int count = epoll_wait(streamSet.get(), events.data(), kEventsPerRound, 0);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    static_cast<Stream::Box*>(event.data.ptr)->signal(event.events);
  }
}

void Loop::Inside::queueReady(Stream::Box& box) {
  if (box.linked()) return;
  if (ready.empty()) {
    uv_idle_start(&busy, [](uv_idle_t* h) {
      Inside& self = insideOf(h->data);
      IntrusiveList<Stream::Box> batch;  // what becomes ready meanwhile waits for the next round
      batch.takeAll(self.ready);
      while (Stream::Box* next = batch.front()) {
        next->unlink();
        next->tellReadable();
      }
      if (self.ready.empty()) uv_idle_stop(&self.busy);
    });
  }
  ready.pushBack(box);
}

void Loop::Inside::flushGraves() {
  // What dies may send more to the graves.
  while (!graves.empty() || !deadStreams.empty()) {
    deadStreams.clear();
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

void Loop::run() { uv_run(&inside_->loop, UV_RUN_DEFAULT); }
void Loop::stop() { uv_stop(&inside_->loop); }
MonoTime Loop::now() const { return inside_->now(); }
void Loop::deferDelete(std::unique_ptr<Deferred> object) { inside_->graves.push_back(std::move(object)); }

}  // namespace megaphone::uv
