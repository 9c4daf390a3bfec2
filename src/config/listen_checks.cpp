// Checks the addresses of listeners against each other and against the sockets of systemd.
#include <algorithm>
#include <map>
#include <tuple>

#include "checks.h"
#include "megaphone/base/text.h"
#include "megaphone/config/listener_kinds.h"
#include "rules.h"

namespace megaphone::config {
namespace {

struct Listen {
  ListenOn on;
  Transport transport;
  Span span;
};

// Returns all listens in the order of the file.
std::vector<Listen> listensOf(const CheckedSettings& all) {
  std::vector<Listen> out;
  forEachListener(all.settings, [&](const ListenerSite& site, const Listener& listener) {
    const ValueId id = site.id("listen");
    for (std::size_t i = 0; i < listener.listen.size(); ++i)
      out.push_back({listener.listen[i], site.kind.transport, all.provenance.at(id, i)});
  });
  std::stable_sort(out.begin(), out.end(),
                   [](const Listen& a, const Listen& b) { return a.span.begin < b.span.begin; });
  return out;
}

std::string kindOf(Transport transport) { return concat(" (", word(transport), ")"); }

std::string textOf(const HandedSocket& socket) {
  if (!socket.transport) return quote(socket.name) + " (of no use here)";
  return concat(quote(socket.name), " (", word(*socket.transport), " ", socket.address.text(), ")");
}

std::string adviseMissing(const std::vector<HandedSocket>& sockets, const std::string& name) {
  if (sockets.empty()) {
    return concat("none is handed over at all: start it by a .socket unit with FileDescriptorName=", name,
                  ", or write an address and a port");
  }
  std::vector<std::string> there;
  for (const HandedSocket& socket : sockets) there.push_back(textOf(socket));
  return "there is " + joined(there, ", ");
}

bool serves(const Listen& listen, const HandedSocket& socket) {
  return listen.transport == socket.transport && listen.on.handed == socket.name;
}

void reportUnused(const HandedSocket& socket, Report& report) {
  if (!socket.transport) {
    return report.error(
        {},
        concat("systemd hands over ", quote(socket.name), ", which is neither a listening TCP socket nor a UDP socket"),
        "the .socket unit needs ListenStream= or ListenDatagram= with a port, and no Accept=yes");
  }
  const bool udp = socket.transport == Transport::udp;
  report.error({}, "systemd hands over a socket that no listener takes: " + textOf(socket),
               concat("give ", udp ? "an [[uppercase_udp]]" : "a [[proxy]] or an [[uppercase_tcp]]",
                      " listen = ", quote("systemd:" + socket.name), ", or take it out of the .socket unit"));
}

bool isInside(const IpNetwork& inner, const IpNetwork& outer) {
  return inner.prefix >= outer.prefix && outer.contains(inner.base);
}

bool isLocal(const IpNetwork& network) {
  static const std::vector<NetworkEntry> local = defaultClients();
  return std::any_of(local.begin(), local.end(),
                     [&](const NetworkEntry& each) { return isInside(network, each.network); });
}

// Returns whether the network is larger than anybody's own can be.
bool isTheWorld(const IpNetwork& network) {
  return network.prefix < (network.base.isV4() ? 8U : 16U) && !isLocal(network);
}

// Returns an address under which strangers may reach the listener; nothing where none is known.
std::optional<Endpoint> reachable(const Listener& listener, const Machine& machine) {
  std::vector<Endpoint> all;
  for (const ListenOn& on : listener.listen) {
    if (on.handed.empty()) all.push_back(on.address);
    for (const HandedSocket& socket : machine.sockets.value_or(std::vector<HandedSocket>())) {
      if (!on.handed.empty() && socket.name == on.handed) all.push_back(socket.address);
    }
  }
  const auto found = std::find_if(all.begin(), all.end(), [](const Endpoint& each) {
    const IpAddress address = each.address.unmapped();
    return !isLocal({address, address.isV4() ? 32U : 128U});
  });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

// Listens of one place are compared with each other.
using Place = std::tuple<Transport, std::string, std::uint16_t, IpAddress::Family>;

// The listens of one place that have been seen.
struct Taken {
  const Listen* first = nullptr;
  const Listen* first_wildcard = nullptr;
  std::map<IpAddress, const Listen*> first_of;

  // Returns the first that collides with this one; null for none.
  const Listen* find(const Listen& listen) const {
    if (!listen.on.handed.empty() || listen.on.address.address.isUnspecified()) return first;
    const auto same = first_of.find(listen.on.address.address);
    return same != first_of.end() ? same->second : first_wildcard;
  }
  void add(const Listen& listen) {
    const IpAddress& address = listen.on.address.address;
    if (!first) first = &listen;
    if (!first_wildcard && address.isUnspecified()) first_wildcard = &listen;
    first_of.emplace(address, &listen);
  }
};

}  // namespace

void checkOpenProxies(const CheckedSettings& all) {
  for (std::size_t i = 0; i < all.settings.proxies.size(); ++i) {
    const Proxy& proxy = all.settings.proxies[i];
    const ValueId clients{"proxy", i, "clients"};
    const bool world = std::any_of(proxy.clients.begin(), proxy.clients.end(),
                                   [](const NetworkEntry& each) { return isTheWorld(each.network); });
    const auto address = reachable(proxy, all.machine);
    if (!all.provenance.isSet(clients) || !world || !address) continue;
    all.report.warn(
        all.provenance.at(clients),
        concat(proxy.name, " is an open proxy: whoever reaches ", address->text(), " may use it"),
        "name the networks of your clients, such as \"private\", or listen on an address that only they reach");
  }
}

void checkAddresses(const CheckedSettings& all) {
  const std::vector<Listen> listens = listensOf(all);
  std::map<Place, Taken> taken;
  for (const Listen& listen : listens) {
    const Endpoint& at = listen.on.address;
    if (listen.on.handed.empty() && at.port == 0) continue;
    Taken& there = taken[{listen.transport, listen.on.handed, at.port, at.address.family()}];
    const Listen* first = there.find(listen);
    there.add(listen);
    if (!first) continue;
    all.report.error(listen.span,
                     concat(listen.on.text(), kindOf(listen.transport), " is taken by another listen",
                            first->on == listen.on ? "" : ", " + first->on.text()),
                     alreadyAt(first->span));
  }
}

void checkHandedSockets(const CheckedSettings& all) {
  if (!all.machine.sockets) return;
  const std::vector<HandedSocket>& sockets = *all.machine.sockets;
  const std::vector<Listen> listens = listensOf(all);
  for (const Listen& listen : listens) {
    const bool there =
        std::any_of(sockets.begin(), sockets.end(), [&](const HandedSocket& socket) { return serves(listen, socket); });
    if (there || listen.on.handed.empty()) continue;
    all.report.error(
        listen.span,
        concat("systemd hands over no ", word(listen.transport), " socket with the name ", quote(listen.on.handed)),
        adviseMissing(sockets, listen.on.handed));
  }
  if (!all.report.hasAllParts()) return;
  for (const HandedSocket& socket : sockets) {
    const bool used =
        std::any_of(listens.begin(), listens.end(), [&](const Listen& listen) { return serves(listen, socket); });
    if (!used) reportUnused(socket, all.report);
  }
}

}  // namespace megaphone::config
