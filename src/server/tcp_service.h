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

class TcpService final : public Service, private uv::ListenerSink, private ArrivalSink {
 public:
  // Begins to accept when serveAsConfigured() has been called. REQUIRES: the context outlives it.
  TcpService(LoopContext& context, SocketId socket, UniqueFd fd);

  bool serveAsConfigured() override;
  bool finish() override;

 private:
  void onAccept(UniqueFd fd, const Endpoint& peer) override;
  void onAcceptFailed(int errnum) override;
  void onArrived(UniqueFd fd, record::Client client, std::string_view early) override;
  void onTurnedAway(const record::Client& client, const Error& error) override;
  observe::Counters& counters() { return state_->countersOn(context_.index); }
  const std::string& name() const { return state_->listener().name; }
  void waitForRoom(const std::string& why);
  void onTime();
  Standing roomFor(int fd, Standing standing);

  LoopContext& context_;
  const SocketId socket_;
  std::shared_ptr<const TcpListenerState> state_;
  Arrivals arrivals_;
  uv::Timer pause_;
  uv::Listener listener_;
};

}  // namespace megaphone::server
