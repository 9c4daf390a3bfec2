// What the files of this room share: the loop's insides and the order in which boxes die. Private to uv.
//
// Streams are watched by an epoll set of their own, edge-triggered, and that set is one uv_poll_t of the loop: one
// registration per connection for life, where a uv_poll_t costs five system calls to begin and two per change.
#pragma once

#include <uv.h>

#include <vector>

#include "megaphone/base/intrusive_list.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/loop.h"
#include "megaphone/uv/stream.h"

namespace megaphone::uv {

// A failed libuv or epoll set-up call: a bug or no memory, never a peer's doing.
void mustSucceed(int code, const char* what);

struct Stream::Box : ListNode<Stream::Box> {
  Loop::Inside* loop = nullptr;
  UniqueFd fd;
  StreamSink* sink = nullptr;  // null: the owner is gone
  bool reading = false;        // the owner wants onReadable
  bool readable = false;       // an edge was seen and no read has found the socket empty since
  bool ending = false;         // the peer's end or an error is known to be behind the bytes
  bool awaitsWritable = false;
  // A reset hides from read(2) behind an end, and where a write has heard of it first.
  bool endTold = false;     // read() has said `ended`
  bool resetSeen = false;   // perhaps behind the peer's end
  bool resetTaken = false;  // by a write, and not behind the peer's end

  void signal(std::uint32_t events);  // from the epoll set
  void tellReadable();
  Outcome end();  // what a read of nothing means
};

struct Loop::Inside {
  Inside();
  ~Inside();

  void dispatchStreams();
  void flushGraves();
  void queueReady(Stream::Box& box);
  MonoTime now();

  uv_loop_t loop;
  uv_poll_t streams;    // watches streamSet
  uv_prepare_t before;  // before sleeping
  uv_check_t after;     // after waking
  uv_idle_t busy;       // runs while `ready` is not empty, which keeps the loop from sleeping
  UniqueFd streamSet;   // the epoll set
  IntrusiveList<Stream::Box> ready;
  std::vector<std::unique_ptr<Deferred>> graves;
  std::vector<std::unique_ptr<Stream::Box>> deadStreams;
  MonoTime roundTime{};
  bool roundTimeKnown = false;
};

// Closes a libuv handle inside a heap box and frees the box when libuv lets go of it.
template <class Box, class Handle>
void closeBox(Box* box, Handle* handle) {
  handle->data = box;
  uv_close(reinterpret_cast<uv_handle_t*>(handle), [](uv_handle_t* h) { delete static_cast<Box*>(h->data); });
}

}  // namespace megaphone::uv
