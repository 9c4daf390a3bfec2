// Recorder: datagrams, and ICMP errors about them.
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
  if (!inbound) rememberSent(event, headers);
  append(Side::client, event.direction, headers, event.bytes, options_.headers_only ? 0 : event.bytes.size(),
         std::move(comments));
}

// Returns the headers of the datagram that met a closed port. The event has only what ICMP quotes of it, perhaps
// nothing (RFC 792).
std::string Recorder::headersSent(const Event& event) const {
  const auto last = sent_.find({event.local, event.remote});
  if (last != sent_.end() && last->second.beginsWith(event.bytes)) return last->second.headers;
  return pcapng::udpHeaders(event.local, event.remote, event.bytes);
}

void Recorder::rememberSent(const Event& event, const std::string& headers) {
  if (sent_.size() >= kMostSent) sent_.clear();
  sent_[{event.local, event.remote}] = {headers, event.bytes.size(), std::string(event.bytes.substr(0, kBeginning))};
}

bool Recorder::Sent::beginsWith(std::string_view bytes) const {
  return bytes.size() < size && beginning.starts_with(bytes.substr(0, kBeginning));
}

}  // namespace megaphone::capture
