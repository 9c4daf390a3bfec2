#include "describe.h"

#include <algorithm>

namespace megaphone::app {

using observe::Count;

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
    listener.kind = entry.kind->word;
    listener.addresses = {entry.address.text()};
    if (const auto clients = listeners.clients(entry.name))
      listener.clients = {clients->open, clients->most, clients->accepted, clients->refused};
  }
}

std::optional<bool> hasOrigins(const SocketTable& sockets, const std::string& listener) {
  const auto& open = sockets.open();
  const auto found = std::find_if(open.begin(), open.end(), [&](const auto& entry) { return entry.name == listener; });
  if (found == open.end()) return std::nullopt;
  return found->kind->dials;
}

void describeCaptures(const std::vector<capture::Running>& captures, control::Status& out) {
  const MonoTime now = monoNow();
  for (const capture::Running& each : captures)
    out.captures.push_back(
        {each.scope.listener, each.path, each.with_secrets, each.headers_only, now - each.began, each.figures});
}

void describeThreads(const Figures& figures, control::Status& out) {
  for (const observe::Totals& loop : figures.loops) {
    const std::uint64_t tunnels = loop[Count::tunnels_open];
    out.loops.push_back({loop[Count::open] + tunnels, tunnels, loop[Count::accepted]});
  }
  for (const auto& worker : figures.workers) out.workers.push_back({worker.pending, worker.names});
  out.pendingOnLoops = figures.pending_on_loops;
  out.totals = figures.totals;
  out.accessLogDropped = figures.log_records_dropped;
  out.packetsLost = figures.packets_lost;
}

}  // namespace megaphone::app
