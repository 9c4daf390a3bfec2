// Loop::Inside and Stream::Box, shared by the files of this room. Private to uv.
//
// Sockets are watched by an epoll set of our own, and libuv's descriptor is one member of that set: one epoll_wait per
// round, one registration per connection. libuv runs when its descriptor is ready or a timer is due
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

// Throws Shortage if a set-up call of libuv or of epoll has failed (`code` < 0): no descriptor or no memory is left.
void mustSucceed(int code, const char* what);

// A member of the epoll set.
struct Watcher {
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;
  // In each round, note() is called for every event before any turn(): whichever watcher is used in a turn knows all
  // that was known when the loop woke up.
  virtual void note(std::uint32_t) {}
  virtual void turn(std::uint32_t events) = 0;
};

// Small, because an idle tunnel is two of these and little else.
struct Stream::Box final : Watcher, ListNode<Stream::Box> {
  Loop::Inside* loop = nullptr;
  StreamSink* sink = nullptr;  // null: the owner is gone, or wants no events
  std::unique_ptr<StreamWitness> witness;
  UniqueFd fd;
  bool reading : 1 = false;   // the owner wants onReadable
  bool readable : 1 = false;  // an edge was seen, and no read has found the socket empty since
  bool armed : 1 = true;      // the set reports arriving bytes
  bool ending : 1 = false;    // the peer's end or an error is known to follow the bytes
  bool urgent : 1 = false;    // the peer has sent urgent bytes, and may again
  bool awaitsWritable : 1 = false;
  bool awaitsTurn : 1 = false;
  // read(2) does not return a reset after the end of stream, nor one that a write has returned first.
  bool endTold : 1 = false;      // read() has returned `ended`
  bool resetSeen : 1 = false;    // perhaps after the peer's end
  bool resetTaken : 1 = false;   // returned by a write, and not after the peer's end
  bool noDelayLate : 1 = false;  // TCP_NODELAY is still to be set
  bool written : 1 = false;      // something has been

  void note(std::uint32_t events) override;
  void turn(std::uint32_t events) override;
  void arm(bool on);
  void takeTurn();
  void tellReadable();
  void queue();   // adds this to the ready list, if it is to have a turn in the next round
  Outcome end();  // interprets a read of 0 bytes
  void setNoDelay();
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
  void notePause(std::uint64_t expected);  // `expected`: the time of libuv that it should be now, in ms
  void runDeferredDeletes();
  MonoTime now();

  // Adds a descriptor to the set. If the kernel accepts no more members (fs.epoll.max_user_watches, memory), retries
  // until it does.
  void watch(Watcher& watcher, int fd, std::uint32_t events);
  // Removes a descriptor from the set. Needed before closing one whose socket has other descriptors.
  void forget(int fd);
  // Deletes the watcher at the end of the round: events of this round may still point to it.
  void deleteLater(Watcher* watcher);

  uv_loop_t loop;
  uv_prepare_t alive;     // does nothing; without an active handle uv_backend_timeout() is 0
  uv_timer_t watchLater;  // runs while `unwatched` is not empty
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
  // Rounds left in which no timer fires, so that everything that arrived during a pause of the process is served before
  // any deadline is judged.
  int roundsToCatchUp = 0;

 private:
  void close();
  void watchUnwatched();
};

}  // namespace megaphone::uv
