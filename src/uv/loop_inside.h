// What the files of this room share: the loop's insides and the order in which boxes die. Private to uv.
//
// Sockets are watched by an epoll set of our own, and libuv's own descriptor is one member of that set: one wait for a
// round, one registration per connection for life. libuv has its turn when its descriptor is ready or a timer is due
// (docs/decisions/0003-edge-triggered-streams.md).
#pragma once

#include <sys/epoll.h>
#include <uv.h>

#include <vector>

#include "megaphone/base/intrusive_list.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/loop.h"
#include "megaphone/uv/stream.h"

namespace megaphone::uv {

// Throws Shortage where a set-up call of libuv or of epoll has failed: no descriptor or no memory is left.
void mustSucceed(int code, const char* what);

// What the epoll set watches.
struct Watcher {
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;
  // First every watcher of a round is told what has happened, then each has its turn: whoever is asked in a turn knows
  // all that was known when the loop woke up.
  virtual void note(std::uint32_t) {}
  virtual void turn(std::uint32_t events) = 0;
};

struct Stream::Box final : Watcher, ListNode<Stream::Box> {
  Loop::Inside* loop = nullptr;
  UniqueFd fd;
  StreamSink* sink = nullptr;  // null: the owner is gone
  std::unique_ptr<StreamWitness> witness;
  bool reading = false;   // the owner wants onReadable
  bool readable = false;  // an edge was seen and no read has found the socket empty since
  bool armed = true;      // the set tells of bytes that arrive
  bool ending = false;    // the peer's end or an error is known to be behind the bytes
  bool urgent = false;    // the peer has marked bytes as urgent, and may again
  bool awaitsWritable = false;
  bool awaitsTurn = false;
  // A reset hides from read(2) behind an end, and where a write has heard of it first.
  bool endTold = false;     // read() has said `ended`
  bool resetSeen = false;   // perhaps behind the peer's end
  bool resetTaken = false;  // by a write, and not behind the peer's end

  void note(std::uint32_t events) override;
  void turn(std::uint32_t events) override;
  void arm(bool on);
  void takeTurn();
  void tellReadable();
  void queue();   // for a turn in the next round, where it wants one
  Outcome end();  // what a read of nothing means
  void tell(StreamWitness::Happening happening) {
    if (witness) witness->onHappening(happening);
  }
};

struct Loop::Inside {
  Inside();
  ~Inside();

  void run();
  void round();
  void turnReady();
  void notePause(std::uint64_t expected);  // at which time of libuv it should be now, in ms
  void flushGraves();
  MonoTime now();

  // Where the kernel takes no more members of epoll sets (fs.epoll.max_user_watches, memory), the watcher hears of its
  // descriptor some time later: watching is tried again until it succeeds.
  void watch(Watcher& watcher, int fd, std::uint32_t events);
  // Before the descriptor is closed, where another one may name the same socket.
  void forget(int fd);
  // Events of this round may still point to it.
  void bury(Watcher* watcher);

  uv_loop_t loop;
  uv_prepare_t alive;     // does nothing; without any handle libuv would not let us sleep
  uv_timer_t watchLater;  // runs while there is one of these:
  struct Unwatched {
    Watcher* watcher;
    int fd;
    std::uint32_t events;
  };
  std::vector<Unwatched> unwatched;
  UniqueFd watched;  // the epoll set
  IntrusiveList<Stream::Box> ready;
  std::vector<std::unique_ptr<Deferred>> deferredDeletes;
  std::vector<std::unique_ptr<Watcher>> deadWatchers;
  MonoTime roundTime{};
  bool roundTimeKnown = false;
  bool stopping = false;
  // Rounds in which no timer fires, so that what has arrived during a pause of the process is served before anybody
  // judges by the clock.
  int roundsToCatchUp = 0;

 private:
  void close();
  void watchUnwatched();
};

}  // namespace megaphone::uv
