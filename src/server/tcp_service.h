// TcpService: one descriptor of a TCP listener on one loop. Accepts, and gives what has come to the listener's kind,
// which asks who may come in and begins sessions.
#pragma once

#include <functional>
#include <memory>

#include "listener_state.h"
#include "megaphone/uv/listener.h"
#include "session.h"

namespace megaphone::server {

class TcpService final : private uv::ListenerSink {
 public:
  using Receive = std::function<void(UniqueFd, const Endpoint&)>;
  TcpService(LoopContext& context, UniqueFd fd, Receive receive);

  // Takes what has already arrived, and closes.
  void finish() { listener_.finish(); }

 private:
  void onAccept(UniqueFd fd, const Endpoint& peer) override;
  void onAcceptFailed(int errnum) override;

  Receive receive_;
  uv::Timer pause_;
  uv::Listener listener_;
};

// The services of the two kinds of listener.
std::unique_ptr<TcpService> makeProxyService(LoopContext& context, std::shared_ptr<ProxyListenerState> state,
                                             UniqueFd fd);
std::unique_ptr<TcpService> makeUppercaseTcpService(LoopContext& context,
                                                    std::shared_ptr<UppercaseTcpListenerState> state, UniqueFd fd);

}  // namespace megaphone::server
