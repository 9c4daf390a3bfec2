// TcpService: one descriptor of a TCP listener on one loop. Accepts, waits for the stages of an arrival, asks who may
// come in, and begins sessions of the listener's kind, as the loop's Listeners have it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "arrivals.h"
#include "listener_state.h"
#include "megaphone/uv/handles.h"
#include "megaphone/uv/listener.h"
#include "session.h"

namespace megaphone::server {

class TcpService final : private uv::ListenerSink, private ArrivalSink {
 public:
  // Begins to accept when serveAsConfigured() has been called. REQUIRES: the context outlives it.
  TcpService(LoopContext& context, SocketId socket, UniqueFd fd);

  // Whoever comes from now on comes to what the Listeners say now. Whether they still have this socket.
  bool serveAsConfigured();
  // Takes what has already arrived, and closes. false: not all of it, for want of descriptors, or because it has not
  // passed its stages; try again later.
  bool finish();

 private:
  void onAccept(UniqueFd fd, const Endpoint& peer) override;
  void onAcceptFailed(int errnum) override;
  void onArrived(UniqueFd fd, record::Client client, std::string_view early) override;
  void onTurnedAway(const record::Client& client, const Error& error) override;
  observe::Counters& counters();
  void waitForRoom(const std::string& why);
  void onTime();
  void receive(const std::shared_ptr<const ProxyListenerState>& state, UniqueFd fd, record::Client client,
               std::string_view early);
  void receive(const std::shared_ptr<const UppercaseTcpListenerState>& state, UniqueFd fd, record::Client client,
               std::string_view early);

  LoopContext& context_;
  const SocketId socket_;
  std::shared_ptr<const ProxyListenerState> proxy_;  // one of the two
  std::shared_ptr<const UppercaseTcpListenerState> uppercase_;
  Arrivals arrivals_;
  uv::Timer pause_;
  uv::Listener listener_;
};

}  // namespace megaphone::server
