#include "megaphone/server/listeners.h"

#include <algorithm>

#include "listener_state.h"

namespace megaphone::server {
namespace {

// The state of the listener with that name, or null.
template <class State>
const State* named(const std::vector<std::shared_ptr<const State>>* states, const std::string& name) {
  if (!states) return nullptr;
  const auto found =
      std::find_if(states->begin(), states->end(), [&](const auto& state) { return state->settings.name == name; });
  return found == states->end() ? nullptr : found->get();
}

template <class State>
std::optional<Listeners::Clients> clientsOf(const State* state) {
  if (!state) return std::nullopt;
  const Admissions::Figures figures = state->admissions->figures();
  return Listeners::Clients{figures.open, state->settings.max_connections, figures.asked - figures.refused,
                            figures.refused};
}

// Nothing: it has no access log.
std::optional<config::LogFormat> loggedAs(const config::Settings& settings, const config::Proxy& proxy) {
  if (settings.accessLogOf(proxy) == "none") return std::nullopt;
  return settings.accessLogFormatOf(proxy);
}

}  // namespace

Listeners::Listeners(config::SettingsPtr settings, const std::string& tag, const std::vector<Assignment>& sockets,
                     const std::vector<std::uint16_t>& ownUdpPorts, const Listeners* before)
    : inside_(std::make_unique<Inside>()) {
  inside_->settings = std::move(settings);
  const config::Settings& now = *inside_->settings;
  const Inside* until = before ? before->inside_.get() : nullptr;
  for (const config::Proxy& proxy : now.proxies) {
    const auto* was = named(until ? &until->proxies : nullptr, proxy.name);
    inside_->proxies.push_back(std::make_shared<const ProxyListenerState>(proxy, was, tag, loggedAs(now, proxy)));
  }
  for (const config::UppercaseTcp& tcp : now.uppercase_tcp) {
    const auto* was = named(until ? &until->uppercaseTcp : nullptr, tcp.name);
    inside_->uppercaseTcp.push_back(std::make_shared<const UppercaseTcpListenerState>(tcp, was));
  }
  std::vector<Inside::Ptr<UppercaseUdpListenerState>> uppercaseUdp;
  for (const config::UppercaseUdp& udp : now.uppercase_udp) {
    uppercaseUdp.push_back(
        std::make_shared<const UppercaseUdpListenerState>(udp, ownUdpPorts, now.access_log.datagram_interval));
  }
  for (const Assignment& each : sockets) {
    auto& place = inside_->bySocket[each.socket];
    switch (each.kind) {
      case ListenerKind::proxy: place = inside_->proxies[each.index]; break;
      case ListenerKind::uppercase_tcp: place = inside_->uppercaseTcp[each.index]; break;
      case ListenerKind::uppercase_udp: place = uppercaseUdp[each.index]; break;
    }
  }
}

Listeners::~Listeners() = default;

void ProxyListenerState::noteFailure(const record::ExchangeRecord& record) const {
  if (auto failure = record::failureOf(record, wallNow())) {
    failures->note(record.client.address, std::move(*failure), settings.failures_per_client);
  }
}

std::optional<Listeners::Clients> Listeners::clients(const std::string& listener) const {
  const auto ofProxy = clientsOf(named(&inside_->proxies, listener));
  return ofProxy ? ofProxy : clientsOf(named(&inside_->uppercaseTcp, listener));
}

bool Listeners::Inside::mayReach(const Endpoint& origin) const {
  return std::any_of(proxies.begin(), proxies.end(),
                     [&](const auto& proxy) { return proxy->destinations->judgeAddress(origin.address).allowed(); });
}

}  // namespace megaphone::server
