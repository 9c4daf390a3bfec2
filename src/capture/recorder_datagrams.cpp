// Datagrams, and what ICMP says of them.
#include "recorder.h"

namespace megaphone::capture {

void Recorder::showDatagram(const Event& event) {
  const Scope& scope = options_.scope;
  const bool inbound = event.direction == Direction::inbound;
  if (!scope.host.empty() || !scope.wantsClient(event.listener, event.remote.address)) return;
  if (event.local.address.family() != event.remote.address.family()) return;
  std::vector<std::string> comments;
  if (!event.text.empty()) comments.emplace_back(event.text);
  if (event.kind == EventKind::unreachable) {
    const std::string told = pcapng::portUnreachable(event.remote.address, event.local.address, headersSent(event));
    return append(Side::client, Direction::inbound, told, {}, 0, std::move(comments));
  }
  const std::string headers =
      pcapng::udpHeaders(inbound ? event.remote : event.local, inbound ? event.local : event.remote, event.bytes);
  if (!inbound && event.bytes.size() > kQuotedWhole) rememberSent(event, headers);
  append(Side::client, event.direction, headers, event.bytes, options_.headers_only ? 0 : event.bytes.size(),
         std::move(comments));
}

// Of the datagram that met a closed port, a part of which the event has.
std::string Recorder::headersSent(const Event& event) const {
  const auto known = longSent_.find({event.local, event.remote});
  if (event.bytes.size() > kQuotedWhole && known != longSent_.end()) return known->second;
  return pcapng::udpHeaders(event.local, event.remote, event.bytes);
}

void Recorder::rememberSent(const Event& event, const std::string& headers) {
  if (longSent_.size() >= kMostLongSent) longSent_.clear();
  longSent_[{event.local, event.remote}] = headers;
}

}  // namespace megaphone::capture
