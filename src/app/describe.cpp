#include "describe.h"

#include <algorithm>

namespace megaphone::app {

void describeListeners(const SocketTable& sockets, const server::Listeners& listeners, control::Status& out) {
  for (const SocketTable::Entry& entry : sockets.open()) {
    auto known = std::find_if(out.listeners.begin(), out.listeners.end(),
                              [&](const auto& listener) { return listener.name == entry.name; });
    if (known != out.listeners.end()) {
      known->addresses.push_back(entry.address.text());
      continue;
    }
    control::Status::Listener& listener = out.listeners.emplace_back();
    listener.name = entry.name;
    listener.kind = word(entry.kind);
    listener.addresses = {entry.address.text()};
    if (const auto clients = listeners.clients(entry.name))
      listener.clients = {clients->open, clients->most, clients->accepted, clients->refused};
  }
}

void describeThreads(const Figures& figures, control::Status& out) {
  for (const observe::Totals& loop : figures.loops) {
    out.loops.push_back({loop.proxy.open + loop.uppercase_tcp.open + loop.tunnels_open, loop.tunnels_open,
                         loop.proxy.accepted + loop.uppercase_tcp.accepted});
  }
  for (const auto& worker : figures.workers) out.workers.push_back({worker.pending, worker.names});
  out.totals = figures.totals;
  out.accessLogDropped = figures.log_records_dropped;
}

}  // namespace megaphone::app
