// Sockets on 127.0.0.1.
#pragma once

#include <cstdint>

#include "poller.h"

namespace bench {

// Begins to connect. `source` above 0 chooses among eight source addresses, so that short connections never run out of
// local ports. -1 with errno where it fails at once.
int dial(int port, unsigned source = 0);
// What became of it: 0, or an errno.
int connectError(int fd);
int listenOn(int port);
int datagramSocketTo(int port);
int boundDatagramSocket(int port);  // blocking
void noDelay(int fd);
// As many descriptors as may be had.
void raiseDescriptorLimit();

// -1 when nobody waits.
int acceptOne(int listening);

// Accepts, and makes a handler of type T for each connection, which owns itself.
template <typename T>
class Listener final : public Handler {
 public:
  // `events`: those that a connection's handler is to hear of.
  Listener(Poller& poller, int port, std::uint32_t events) : Handler(poller), events_(events) {
    adopt(listenOn(port), EPOLLIN);
  }

  void onEvents(std::uint32_t) override {
    for (int i = 0; i < 64; ++i) {
      const int accepted = acceptOne(fd());
      if (accepted < 0) return;
      auto* handler = new T(poller());  // retires itself
      handler->adopt(accepted, events_);
    }
  }

 private:
  std::uint32_t events_;
};

}  // namespace bench
