#include "megaphone/server/listeners.h"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include "listener_kinds.h"

namespace megaphone::server {
namespace {

using config::ListenerSite;

// Finds the state of a listener until now: that of its name or, if the name is new, that of one of its sockets.
class Former {
 public:
  Former(const Listeners::Inside* until, const config::Settings& now, const std::vector<Assignment>& sockets)
      : until_(until), sockets_(sockets) {
    config::forEachListener(
        now, [this](const ListenerSite& site, const config::Listener& each) { names_.emplace(&site.kind, each.name); });
  }

  // Returns null for a new listener.
  template <class State>
  const State* of(const ListenerSite& site, const std::string& name) {
    if (!until_) return nullptr;
    for (const auto& state : until_->all) {
      const auto* same = dynamic_cast<const State*>(state.get());
      if (same && same->settings.name == name) return same;
    }
    for (const Assignment& each : sockets_) {
      if (each.kind != &site.kind || each.index != site.index) continue;
      const auto was = until_->find<State>(each.socket);
      if (was && !names_.contains({&site.kind, was->settings.name}) && taken_.insert(was.get()).second)
        return was.get();
    }
    return nullptr;
  }

 private:
  const Listeners::Inside* until_;
  const std::vector<Assignment>& sockets_;
  std::set<std::pair<const config::ListenerKind*, std::string>> names_;  // of now
  std::set<const void*> taken_;                                          // each goes to one listener only
};

std::vector<std::uint16_t> portsOf(const config::ListenerKind& kind, const std::vector<Assignment>& sockets) {
  std::vector<std::uint16_t> ports;
  for (const Assignment& each : sockets) {
    if (each.kind == &kind) ports.push_back(each.port);
  }
  return ports;
}

}  // namespace

Listeners::Listeners(config::SettingsPtr settings, const std::string& tag, const std::vector<Assignment>& sockets,
                     const access::OwnAddressesPtr& own, observe::CounterBook& book, const Listeners* before)
    : inside_(std::make_unique<Inside>()) {
  inside_->settings = std::move(settings);
  const config::Settings& now = *inside_->settings;
  Former former(before ? before->inside_.get() : nullptr, now, sockets);
  config::forEachListener(now, [&](const ListenerSite& site, const auto& listener) {
    using State = typename StateOf<std::remove_cvref_t<decltype(listener)>>::Type;
    const std::vector<std::uint16_t> ports = portsOf(site.kind, sockets);
    const auto state = std::make_shared<const State>(listener, former.of<State>(site, listener.name),
                                                     StateInputs{site.kind, now, tag, own, ports, book});
    inside_->all.push_back(state);
    for (const Assignment& each : sockets) {
      if (each.kind == &site.kind && each.index == site.index) inside_->bySocket[each.socket] = state;
    }
  });
}

Listeners::~Listeners() = default;

std::optional<Listeners::Clients> Listeners::clients(const std::string& listener) const {
  for (const auto& state : inside_->all) {
    const auto* tcp = dynamic_cast<const TcpListenerState*>(state.get());
    if (!tcp || tcp->listener().name != listener) continue;
    const observe::Totals totals = tcp->counters->totals();
    return Clients{tcp->admissions->total(), tcp->limits.clients, totals[observe::Count::accepted],
                   totals[observe::Count::refused]};
  }
  return std::nullopt;
}

bool Listeners::Inside::mayReach(const Endpoint& origin) const {
  return std::any_of(all.begin(), all.end(), [&](const auto& state) { return state->mayReach(origin.address); });
}

}  // namespace megaphone::server
