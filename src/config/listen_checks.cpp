// What the listens of a file get wrong together, and with the sockets of systemd.
#include <algorithm>

#include "checks.h"
#include "listeners_of.h"
#include "rules.h"

namespace megaphone::config {
namespace {

struct Listen {
  ListenOn on;
  Transport transport;
  Span span;
};

// In the order of the file.
std::vector<Listen> listensOf(const Node& root) {
  std::vector<Listen> out;
  forEachListener(root, [&](const ListenerKind& kind, const Node& table) {
    const Entry* listen = table.find("listen");
    if (!listen) return;
    for (const Node& node : listen->value.list()) {
      if (const auto on = ListenOn::parse(node.text)) out.push_back({*on, kind.transport, node.span});
    }
  });
  std::sort(out.begin(), out.end(),
            [](const Listen& a, const Listen& b) { return before(a.span.begin, b.span.begin); });
  return out;
}

bool collide(const Listen& a, const Listen& b) {
  if (a.transport != b.transport || a.on.handed != b.on.handed) return false;
  if (!a.on.handed.empty()) return true;
  if (a.on.address.port == 0 || a.on.address.port != b.on.address.port) return false;
  const IpAddress& x = a.on.address.address;
  const IpAddress& y = b.on.address.address;
  return x == y || (x.family() == y.family() && (x.isUnspecified() || y.isUnspecified()));
}

std::string kindOf(Transport transport) { return " (" + std::string(word(transport)) + ")"; }

std::string textOf(const HandedSocket& socket) {
  if (!socket.transport) return quote(socket.name) + " (of no use here)";
  return quote(socket.name) + " (" + std::string(word(*socket.transport)) + " " + socket.address.text() + ")";
}

std::string adviseMissing(const std::vector<HandedSocket>& sockets, const std::string& name) {
  if (sockets.empty()) {
    return "none is handed over at all: start it by a .socket unit with FileDescriptorName=" + name +
           ", or write an address and a port";
  }
  std::string there;
  for (const HandedSocket& socket : sockets) there += (there.empty() ? "" : ", ") + textOf(socket);
  return "there is " + there;
}

bool serves(const Listen& listen, const HandedSocket& socket) {
  return listen.transport == socket.transport && listen.on.handed == socket.name;
}

void reportUnused(const HandedSocket& socket, Report& report) {
  if (!socket.transport) {
    return report.add(
        "systemd hands over " + quote(socket.name) + ", which is neither a listening TCP socket nor a UDP socket",
        "the .socket unit needs ListenStream= or ListenDatagram= with a port, and no Accept=yes");
  }
  const bool udp = socket.transport == Transport::udp;
  report.add("systemd hands over a socket that no listener takes: " + textOf(socket),
             "give " + std::string(udp ? "an [[uppercase_udp]]" : "a [[proxy]] or an [[uppercase_tcp]]") +
                 " listen = " + quote("systemd:" + socket.name) + ", or take it out of the .socket unit");
}

}  // namespace

void checkAddresses(const Node& root, Report& report) {
  const std::vector<Listen> all = listensOf(root);
  for (auto later = all.begin(); later != all.end(); ++later) {
    const auto first = std::find_if(all.begin(), later, [&](const Listen& each) { return collide(each, *later); });
    if (first == later) continue;
    const bool same = first->on == later->on;
    report.add(later->span,
               later->on.text() + kindOf(later->transport) + " is taken by another listen" +
                   (same ? "" : ", " + first->on.text()),
               "it stands at " + place(first->span.begin) + " already");
  }
}

void checkHandedSockets(const Node& root, const Machine& machine, Report& report) {
  if (!machine.sockets) return;
  const std::vector<Listen> all = listensOf(root);
  for (const Listen& listen : all) {
    const bool there = std::any_of(machine.sockets->begin(), machine.sockets->end(),
                                   [&](const HandedSocket& socket) { return serves(listen, socket); });
    if (there || listen.on.handed.empty()) continue;
    report.add(listen.span,
               "systemd hands over no " + std::string(word(listen.transport)) + " socket with the name " +
                   quote(listen.on.handed),
               adviseMissing(*machine.sockets, listen.on.handed));
  }
  if (!report.hasAllParts()) return;
  for (const HandedSocket& socket : *machine.sockets) {
    const bool used = std::any_of(all.begin(), all.end(), [&](const Listen& listen) { return serves(listen, socket); });
    if (!used) reportUnused(socket, report);
  }
}

}  // namespace megaphone::config
