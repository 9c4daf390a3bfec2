// The state of an uppercase listener for UDP.
#pragma once

#include <memory>
#include <vector>

#include "listener_state.h"
#include "shared_sources.h"

namespace megaphone::server {

struct UppercaseUdpListenerState final : ListenerState {
  UppercaseUdpListenerState(const config::UppercaseUdp& s, const UppercaseUdpListenerState* before,
                            const StateInputs& inputs);

  const config::Listener& listener() const override { return settings; }
  std::unique_ptr<Service> serve(LoopContext& loop, SocketId socket, UniqueFd fd) const override;

  const config::UppercaseUdp settings;
  const std::vector<std::uint16_t> ownPorts;
  const Duration recordInterval;
  const std::shared_ptr<SharedSources> sources;  // as before, unless its limits have changed
};

}  // namespace megaphone::server
