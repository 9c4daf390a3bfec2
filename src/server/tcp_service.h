// TcpService: one descriptor of a TCP listener on one loop. Accepts, asks who may come in, and begins sessions.
#pragma once

#include <functional>
#include <memory>

#include "listener_state.h"
#include "megaphone/uv/listener.h"
#include "session.h"

namespace megaphone::server {

// Who has come, and what the rules say of him.
struct Arrival {
  UniqueFd fd;
  Endpoint peer;
  Admission admission;
  bool denied = false;      // not among `clients`
  bool tooMany = false;     // beyond max_connections
  bool farTooMany = false;  // beyond even the room for polite refusals
};

class TcpService final : private uv::ListenerSink {
 public:
  using Welcome = std::function<void(Arrival)>;
  using Judge = std::function<void(Arrival&)>;
  TcpService(LoopContext& context, UniqueFd fd, Judge judge, Welcome welcome);

  // Takes what has already arrived, and closes.
  void finish() { listener_.finish(); }

 private:
  void onAccept(UniqueFd fd, const Endpoint& peer) override;
  void onAcceptFailed(int errnum) override;

  Judge judge_;
  Welcome welcome_;
  uv::Timer pause_;
  uv::Listener listener_;
};

// The services of the two kinds of listener.
std::unique_ptr<TcpService> makeProxyService(LoopContext& context, std::shared_ptr<ProxyListenerState> state,
                                             UniqueFd fd);
std::unique_ptr<TcpService> makeUppercaseTcpService(LoopContext& context,
                                                    std::shared_ptr<UppercaseTcpListenerState> state, UniqueFd fd);

}  // namespace megaphone::server
