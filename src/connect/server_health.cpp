#include "server_health.h"

#include <algorithm>

namespace megaphone::connect {

ServerHealth::Order ServerHealth::order(const std::vector<Endpoint>& servers, MonoTime now) {
  Order out;
  for (std::size_t index = 0; index < servers.size(); ++index) out.servers.push_back(index);
  const std::lock_guard lock(mutex_);
  if (setBack_.empty()) return out;
  std::stable_partition(out.servers.begin(), out.servers.end(),
                        [&](std::size_t index) { return !setBack_.contains(servers[index]); });
  for (const std::size_t index : out.servers) {
    const auto found = setBack_.find(servers[index]);
    if (index == out.servers.front() || found == setBack_.end() || now < found->second) continue;
    found->second = now + kProbeEvery;
    out.probe = index;
    break;
  }
  return out;
}

void ServerHealth::answered(const Endpoint& server) {
  const std::lock_guard lock(mutex_);
  setBack_.erase(server);
}

bool ServerHealth::setBack(const Endpoint& server, MonoTime now) {
  const std::lock_guard lock(mutex_);
  if (setBack_.size() == kMost) setBack_.clear();
  return setBack_.try_emplace(server, now + kProbeEvery).second;
}

}  // namespace megaphone::connect
