#include "socket_table.h"

#include <algorithm>

namespace megaphone::app {
namespace {

// With port 0 the listener's name tells one socket from another, and their order where it has several.
std::string keyOf(Transport transport, const Endpoint& address, const std::string& name,
                  const std::vector<SocketTable::Entry>& taken) {
  std::string key = (transport == Transport::tcp ? "tcp " : "udp ") + address.text();
  if (address.port != 0) return key;
  key += " of " + name + " ";
  for (std::size_t n = 1;; ++n) {
    const std::string numbered = key + std::to_string(n);
    if (std::none_of(taken.begin(), taken.end(), [&](const auto& entry) { return entry.key == numbered; }))
      return numbered;
  }
}

const SocketTable::Entry* find(const std::vector<SocketTable::Entry>& entries, const std::string& key) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

struct SocketTable::Wanted {
  const config::ListenerSite& site;
  const std::string& name;
  const config::ListenOn& on;
  std::uint64_t receiveBuffer;
};

Result<void> SocketTable::add(const Wanted& wanted, Plan& plan) {
  if (!wanted.on.handed.empty()) return addHanded(wanted, plan);
  std::string key = keyOf(wanted.site.kind.transport, wanted.on.address, wanted.name, plan.entries);
  return keepOrOpen(
      wanted, std::move(key), [&] { return bind(wanted); }, plan);
}

// A name may stand for several sockets: those of one .socket unit have the same.
Result<void> SocketTable::addHanded(const Wanted& wanted, Plan& plan) {
  for (std::size_t i = 0; i < handed_.all().size(); ++i) {
    const config::HandedSocket& socket = handed_.all()[i];
    if (socket.name != wanted.on.handed || socket.transport != wanted.site.kind.transport) continue;
    const auto copy = [&]() -> Result<BoundGroup> {
      auto fds = handed_.copies(i, descriptors_);
      if (!fds) return std::move(fds.error());
      askForReceiveBuffer(fds->front().get(), wanted.receiveBuffer);
      return BoundGroup{socket.address, std::move(*fds)};
    };
    if (auto added = keepOrOpen(wanted, "systemd " + std::to_string(i), copy, plan); !added) return added;
  }
  return {};
}

Result<BoundGroup> SocketTable::bind(const Wanted& wanted) const {
  const Endpoint& address = wanted.on.address;
  const Beside beside = standsBesideOwn(wanted.site.kind.transport, address) ? Beside::own : Beside::nobody;
  return bindGroup(wanted.site.kind.transport, address, descriptors_, wanted.receiveBuffer, beside);
}

template <class Open>
Result<void> SocketTable::keepOrOpen(const Wanted& wanted, std::string key, Open open, Plan& plan) {
  Entry entry;
  if (const Entry* there = find(open_, key)) {
    entry = *there;
  } else {
    Result<BoundGroup> group = open();
    if (!group) {
      group.error().context = wanted.name + ": " + group.error().context;
      return std::move(group.error());
    }
    entry = {std::move(key), ++lastId_, wanted.site.kind.transport, group->address, {}, {}};
    plan.opened.push_back({entry.id, &wanted.site.kind, wanted.name, wanted.on.handed, std::move(*group)});
  }
  entry.name = wanted.name;
  entry.kind = &wanted.site.kind;
  plan.assignments.push_back({entry.id, entry.kind, wanted.site.index, entry.address.port});
  plan.entries.push_back(std::move(entry));
  return {};
}

Result<SocketTable::Plan> SocketTable::plan(const config::Settings& settings) {
  Plan plan;
  Result<void> result;
  config::forEachListener(settings, [&](const config::ListenerSite& site, const auto& listener) {
    std::uint64_t receiveBuffer = 0;
    if constexpr (requires { listener.receive_buffer; }) receiveBuffer = listener.receive_buffer;
    for (const config::ListenOn& on : listener.listen) {
      if (result) result = add({site, listener.name, on, receiveBuffer}, plan);
    }
  });
  if (!result) return std::move(result.error());
  std::copy_if(open_.begin(), open_.end(), std::back_inserter(plan.closed),
               [&](const Entry& entry) { return !find(plan.entries, entry.key); });
  return plan;
}

bool SocketTable::standsBesideOwn(Transport transport, const Endpoint& address) const {
  return std::any_of(open_.begin(), open_.end(), [&](const Entry& own) {
    const IpAddress& x = own.address.address;
    const IpAddress& y = address.address;
    return own.transport == transport && own.address.port == address.port && x.family() == y.family() &&
           (x == y || x.isUnspecified() || y.isUnspecified());
  });
}

}  // namespace megaphone::app
