#include "megaphone/server/listeners.h"

#include <algorithm>
#include <random>
#include <set>

#include "listener_state.h"

namespace megaphone::server {
namespace {

template <class State>
const State* named(const std::vector<std::shared_ptr<const State>>& states, const std::string& name) {
  const auto found =
      std::find_if(states.begin(), states.end(), [&](const auto& state) { return state->settings.name == name; });
  return found == states.end() ? nullptr : found->get();
}

// What a listener was until now: the one of its name, or, where it has got a new one, the one that had a socket of it.
class Former {
 public:
  Former(const Listeners::Inside* until, const std::vector<Assignment>& sockets) : until_(until), sockets_(sockets) {}

  template <class State, class Settings>
  const State* of(const std::vector<std::shared_ptr<const State>> Listeners::Inside::*states, ListenerKind kind,
                  const std::vector<Settings>& now, std::size_t index) {
    if (!until_) return nullptr;
    if (const State* same = named(until_->*states, now[index].name)) return same;
    for (const Assignment& each : sockets_) {
      if (each.kind != kind || each.index != index) continue;
      const auto was = until_->find<State>(each.socket);
      const auto hasItsName = [&](const Settings& other) { return was && other.name == was->settings.name; };
      if (was && std::none_of(now.begin(), now.end(), hasItsName) && taken_.insert(was.get()).second) return was.get();
    }
    return nullptr;
  }

 private:
  const Listeners::Inside* until_;
  std::set<const void*> taken_;  // each goes to one listener only
  const std::vector<Assignment>& sockets_;
};

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

template <class State>
std::optional<Listeners::Clients> clientsOf(const State* state) {
  if (!state) return std::nullopt;
  const observe::Totals totals = state->counters->totals();
  return Listeners::Clients{state->admissions->total(), state->settings.max_connections,
                            totals[observe::Count::accepted], totals[observe::Count::refused]};
}

// Nothing: it has no access log.
std::optional<config::LogFormat> loggedAs(const config::Settings& settings, const config::Proxy& proxy) {
  if (settings.accessLogOf(proxy) == "none") return std::nullopt;
  return settings.accessLogFormatOf(proxy);
}

}  // namespace

UppercaseUdpListenerState::UppercaseUdpListenerState(const config::UppercaseUdp& s,
                                                     const UppercaseUdpListenerState* before,
                                                     observe::CounterBook& book, std::vector<std::uint16_t> ports,
                                                     Duration interval)
    : ListenerState(s, before, book),
      ownPorts(std::move(ports)),
      recordInterval(interval),
      sources(sourcesFor(s, before)) {}

Listeners::Listeners(config::SettingsPtr settings, const std::string& tag, const std::vector<Assignment>& sockets,
                     const std::vector<std::uint16_t>& ownUdpPorts, const access::OwnAddressesPtr& own,
                     observe::CounterBook& book, const Listeners* before)
    : inside_(std::make_unique<Inside>()) {
  inside_->settings = std::move(settings);
  const config::Settings& now = *inside_->settings;
  Former former(before ? before->inside_.get() : nullptr, sockets);
  for (std::size_t i = 0; i < now.proxies.size(); ++i) {
    const auto* was = former.of(&Inside::proxies, ListenerKind::proxy, now.proxies, i);
    inside_->proxies.push_back(
        std::make_shared<const ProxyListenerState>(now.proxies[i], was, book, tag, loggedAs(now, now.proxies[i]), own));
  }
  for (std::size_t i = 0; i < now.uppercase_tcp.size(); ++i) {
    const auto* was = former.of(&Inside::uppercaseTcp, ListenerKind::uppercase_tcp, now.uppercase_tcp, i);
    inside_->uppercaseTcp.push_back(std::make_shared<const UppercaseTcpListenerState>(now.uppercase_tcp[i], was, book));
  }
  for (std::size_t i = 0; i < now.uppercase_udp.size(); ++i) {
    const auto* was = former.of(&Inside::uppercaseUdp, ListenerKind::uppercase_udp, now.uppercase_udp, i);
    inside_->uppercaseUdp.push_back(std::make_shared<const UppercaseUdpListenerState>(
        now.uppercase_udp[i], was, book, ownUdpPorts, now.access_log.datagram_interval));
  }
  for (const Assignment& each : sockets) {
    auto& place = inside_->bySocket[each.socket];
    switch (each.kind) {
      case ListenerKind::proxy: place = inside_->proxies[each.index]; break;
      case ListenerKind::uppercase_tcp: place = inside_->uppercaseTcp[each.index]; break;
      case ListenerKind::uppercase_udp: place = inside_->uppercaseUdp[each.index]; break;
    }
  }
}

Listeners::~Listeners() = default;

void ProxyListenerState::noteFailure(const record::Client& client, const record::ExchangeRecord& record) const {
  if (auto failure = record::failureOf(record, wallNow())) {
    failures->note(client, std::move(*failure), settings.failures_per_client);
  }
}

std::optional<Listeners::Clients> Listeners::clients(const std::string& listener) const {
  const auto ofProxy = clientsOf(named(inside_->proxies, listener));
  return ofProxy ? ofProxy : clientsOf(named(inside_->uppercaseTcp, listener));
}

bool Listeners::Inside::mayReach(const Endpoint& origin) const {
  return std::any_of(proxies.begin(), proxies.end(),
                     [&](const auto& proxy) { return proxy->destinations->judgeAddress(origin.address).allowed(); });
}

}  // namespace megaphone::server
