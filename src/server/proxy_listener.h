// The state of a proxy listener.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "listener_state.h"
#include "megaphone/observe/recent_failures.h"
#include "megaphone/proxy/exchange.h"

namespace megaphone::server {

struct ProxyListenerState final : TcpListenerState {
  ProxyListenerState(const config::Proxy& s, const ProxyListenerState* before, const StateInputs& inputs);

  const config::Listener& listener() const override { return settings; }
  std::unique_ptr<Session> welcome(LoopContext& loop, SocketId socket, UniqueFd fd, Admission admission) const override;
  std::unique_ptr<Session> refuse(LoopContext& loop, SocketId socket, UniqueFd fd, record::Client client,
                                  Standing standing) const override;
  bool makePlace(LoopContext& loop) const override;
  bool mayReach(const IpAddress& origin) const override { return destinations->judgeAddress(origin).allowed(); }

  void noteFailure(const record::Client& client, const record::ExchangeRecord& record) const;
  std::vector<record::Failure> failuresOf(const record::Client& client) const {
    return failures->of(client, settings.failures_per_client);
  }

  const config::Proxy settings;
  const access::DestinationRulesPtr destinations;
  const proxy::ExchangePolicy policy;
  const std::shared_ptr<observe::RecentFailures> failures;  // of all loops, for /why
  const std::shared_ptr<Admissions> refusals;  // those who are only told no: they take no place of the others
};

}  // namespace megaphone::server
