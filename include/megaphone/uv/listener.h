// Listener: accepts connections from a listening descriptor, a bounded number per wake-up. The loop's thread only.
#pragma once

#include <memory>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/uv/loop.h"

namespace megaphone::uv {

class ListenerSink {
 public:
  // Receives one connection. `fd` is non-blocking and close-on-exec. The sink may destroy or pause the listener here.
  virtual void onAccept(UniqueFd fd, const Endpoint& peer) = 0;
  // Reports that accept4(2) failed for lack of descriptors or memory. Waiting clients stay in the backlog; the sink
  // should pause the listener.
  virtual void onAcceptFailed(int errnum) = 0;

 protected:
  ~ListenerSink() = default;
};

class Listener {
 public:
  Listener() = default;
  // Takes a non-blocking listening descriptor and starts accepting. REQUIRES: sink outlives the listener.
  Listener(Loop& loop, UniqueFd fd, ListenerSink& sink);

  explicit operator bool() const { return box_ != nullptr; }
  void pause();
  void resume();
  // Accepts every connection in the backlog, then closes the listener. Returns false if accepting failed before the
  // end: the listener then stays open, and the call may be repeated.
  bool finish();

  struct Box;

 private:
  struct Closer {
    void operator()(Box* box) const;
  };
  std::unique_ptr<Box, Closer> box_;
};

}  // namespace megaphone::uv
