// The state of an uppercase listener for TCP.
#pragma once

#include <memory>

#include "listener_state.h"

namespace megaphone::server {

struct UppercaseTcpListenerState final : TcpListenerState {
  UppercaseTcpListenerState(const config::UppercaseTcp& s, const UppercaseTcpListenerState* before,
                            const StateInputs& inputs)
      : TcpListenerState(s, before, inputs, {.clients = s.max_connections, .ofOneAddress = s.max_connections}),
        settings(s) {}

  const config::Listener& listener() const override { return settings; }
  std::unique_ptr<Session> welcome(LoopContext& loop, SocketId socket, UniqueFd fd, Admission admission) const override;

  const config::UppercaseTcp settings;
};

}  // namespace megaphone::server
