#include "uppercase_udp_listener.h"

#include <random>

#include "uppercase_udp_service.h"

namespace megaphone::server {
namespace {

uppercase::SourceTable::Limits limitsOf(const config::UppercaseUdp& settings) {
  return {settings.rate_limit, settings.rate_limit_loopback, settings.repeat_limit, settings.silence};
}

std::shared_ptr<SharedSources> sourcesFor(const config::UppercaseUdp& settings,
                                          const UppercaseUdpListenerState* before) {
  if (before && limitsOf(before->settings) == limitsOf(settings)) return before->sources;
  std::random_device device;
  const std::uint64_t key = std::uint64_t{device()} << 32 | device();
  return std::make_shared<SharedSources>(limitsOf(settings), key);
}

}  // namespace

UppercaseUdpListenerState::UppercaseUdpListenerState(const config::UppercaseUdp& s,
                                                     const UppercaseUdpListenerState* before, const StateInputs& inputs)
    : ListenerState(s, before, inputs),
      settings(s),
      ownPorts(inputs.ports),
      recordInterval(inputs.settings.access_log.datagram_interval),
      sources(sourcesFor(s, before)) {}

std::unique_ptr<Service> UppercaseUdpListenerState::serve(LoopContext& loop, SocketId socket, UniqueFd fd) const {
  return std::make_unique<UppercaseUdpService>(loop, socket, std::move(fd));
}

}  // namespace megaphone::server
