#include "recorder.h"

#include <algorithm>
#include <utility>

namespace megaphone::capture {
namespace {

using pcapng::Party;

constexpr std::string_view kApplication = "megaphone";
constexpr std::string_view kHowMade =
    "Made by megaphone out of what it read and wrote, not taken from a wire. Addresses, ports, times and bytes are "
    "real. Ethernet, handshakes, sequence numbers, acknowledgments, windows and where segments end are made up. What a "
    "peer "
    "does after its connection was closed here is not seen.";
constexpr std::string_view kHidden =
    " Values of Authorization, Proxy-Authorization, Cookie and Set-Cookie are overwritten with x.";
constexpr std::string_view kHeadsOnly =
    " Content of HTTP messages, trailers, what passes through tunnels and payloads of datagrams are left out, and of a "
    "head that content follows, perhaps the last line feed: so readers do not wait for that content.";
constexpr std::string_view kLate = "older than this capture: the handshake is made up";
constexpr std::string_view kGoesOn = "goes on from the file before: the handshake is made up";

constexpr std::uint32_t interfaceOf(Side side) { return side == Side::origin ? 1 : 0; }

}  // namespace

// A client initiates its connection; to origins, the proxy does.
Party Recorder::Leg::party(Direction from) const {
  return (from == Direction::inbound) == (side == Side::client) ? Party::initiator : Party::responder;
}

Recorder::Recorder(Options options, std::uint64_t seed) : options_(std::move(options)), random_(seed) {}

void Recorder::begin(std::string& out) {
  ++file_;
  interfaces_ = {};
  names_.clear();
  std::string comment(kHowMade);
  if (!options_.with_secrets) comment += kHidden;
  if (options_.headers_only) comment += kHeadsOnly;
  pcapng::appendSection(out, kApplication, comment);
  const std::string& listener = options_.scope.listener;
  pcapng::appendInterface(out, listener + "/client", "between clients and the listener " + listener);
  if (options_.origins) pcapng::appendInterface(out, listener + "/origin", "between " + listener + " and origins");
}

void Recorder::finish(std::string& out) {
  for (std::uint32_t i = 0; i < (options_.origins ? 2u : 1u); ++i) {
    const Interface& each = interfaces_[i];
    pcapng::appendStatistics(out, i, last_, each.packets + each.lost, each.lost);
  }
}

Recorder::Added Recorder::take(const Event& event, std::string& out) {
  out_ = &out;
  time_ = event.time;
  const auto found = legs_.find(event.leg);
  added_ = {found != legs_.end() ? found->second.side : event.side};
  if (event.lost > 0) {
    miss(event.lost);
    ++losses_;
  }
  if (event.kind == EventKind::open) {
    open(event);
  } else if (event.kind == EventKind::datagram || event.kind == EventKind::unreachable) {
    showDatagram(event);
  } else if (found != legs_.end()) {
    Leg& leg = found->second;
    hearOfLosses(leg);
    if (event.kind == EventKind::about)
      decide(leg, event);
    else if (event.kind == EventKind::bytes)
      hide(leg, event);
    else
      pass(leg, event);
    count(leg);
    if (event.kind == EventKind::gone) {
      memory_ -= leg.cost;
      legs_.erase(found);
    }
  }
  return added_;
}

void Recorder::lose(const Added& added) {
  Interface& interface = interfaces_[interfaceOf(added.side)];
  interface.packets -= added.packets;
  interface.lost += added.packets;
  interface.lostSince += added.packets;
}

void Recorder::miss(std::uint64_t count) {
  Interface& interface = interfaces_[interfaceOf(added_.side)];
  interface.lost += count;
  interface.lostSince += count;
  added_.missing += count;
}

void Recorder::introduce(Leg& leg) {
  leg_ = &leg;
  first_ = labels_ = true;
  left_ = 0;
  nameHost(leg);
  const bool again = leg.talk.has_value();
  leg.file = file_;
  if (again) {
    leg.notes.emplace_back(kGoesOn);
    return leg.talk->introduce(*this);
  }
  const bool fromUs = leg.side == Side::origin;
  leg.talk.emplace(pcapng::TcpConversation::Side{fromUs ? leg.local : leg.remote, sequence()},
                   pcapng::TcpConversation::Side{fromUs ? leg.remote : leg.local, sequence()});
  if (leg.late)
    leg.notes.emplace_back(kLate);
  else
    time_ = leg.opened;
  leg.talk->ask(*this);
  if (leg.handshake == Handshake::accepted) leg.talk->accept(*this);
  for (const Direction each : {Direction::inbound, Direction::outbound}) {
    if (leg.way(each).ended) leg.talk->end(leg.party(each), *this);
  }
}

void Recorder::nameHost(const Leg& leg) {
  if (leg.host.empty() || IpAddress::parse(leg.host) || names_.size() >= kMostNames) return;
  if (names_.emplace(leg.host, leg.remote.address).second) pcapng::appendName(*out_, leg.remote.address, leg.host);
}

void Recorder::show(Leg& leg, const Event& event) {
  if (event.kind == EventKind::note) {
    if (leg.notes.size() < kMostNotes) leg.notes.emplace_back(event.text);
    return;
  }
  if (event.kind == EventKind::gone) return;
  if (leg.file != file_) introduce(leg);
  leg_ = &leg;
  time_ = event.time;
  first_ = true;
  labels_ = event.kind == EventKind::accepted || event.kind == EventKind::refused;
  left_ = 0;
  switch (event.kind) {
    case EventKind::accepted: leg.handshake = Handshake::accepted; return leg.talk->accept(*this);
    case EventKind::refused: return leg.talk->refuse(*this);
    case EventKind::bytes: return showBytes(leg, event);
    case EventKind::end:
      showAnyHole(leg, event);
      giveUpHead(leg, event.direction);
      return leg.talk->end(leg.party(event.direction), *this);
    case EventKind::reset:
      showAnyHole(leg, event);
      for (const Direction each : {Direction::inbound, Direction::outbound}) giveUpHead(leg, each);
      return leg.talk->reset(leg.party(event.direction), *this);
    default: return;
  }
}

void Recorder::showBytes(Leg& leg, const Event& event) {
  Way& way = leg.way(event.direction);
  const Party from = leg.party(event.direction);
  showAnyHole(leg, event);
  way.offset = event.offset + event.bytes.size();
  // Strings that grow may double.
  if (leg.heads && !hasRoomFor(leg.heads->cost() + 3 * event.bytes.size())) leg.heads->lose();
  if (leg.heads) return send(leg, from, leg.heads->take(from, event.bytes));
  left_ = event.bytes.size();
  keep_ = options_.headers_only ? 0 : left_;
  leg.talk->data(from, event.bytes, *this);
}

void Recorder::showAnyHole(Leg& leg, const Event& event) {
  Way& way = leg.way(event.direction);
  if (!way.offset || event.offset <= *way.offset) return;
  giveUpHead(leg, event.direction);
  if (leg.heads) leg.heads->lose();
  leg.talk->skip(leg.party(event.direction), event.offset - *way.offset);
}

void Recorder::send(Leg& leg, Party from, const std::vector<HeadCuts::Cut>& cuts) {
  left_ = 0;
  for (const auto& each : cuts) left_ += each.bytes.size();
  for (const auto& each : cuts) {
    keep_ = each.kept;
    leg.talk->data(from, each.bytes, *this);
  }
}

void Recorder::giveUpHead(Leg& leg, Direction direction) {
  if (leg.heads) send(leg, leg.party(direction), leg.heads->giveUp(leg.party(direction)));
}

void Recorder::onPacket(Party from, std::string_view headers, std::string_view payload) {
  left_ -= payload.size();
  std::vector<std::string> comments;
  const bool speaks = std::exchange(first_, false) || !payload.empty();
  // An end without a note may come between two exchanges.
  const bool noted = left_ == 0 && speaks && !leg_->notes.empty();
  const bool labelled = std::exchange(labels_, false) || !payload.empty() || noted;
  if (labelled && leg_->exchange != 0) comments.push_back("exchange " + record::idText(leg_->exchange));
  // Readers show a message with the packet that completes it.
  if (noted) {
    for (std::string& note : std::exchange(leg_->notes, {})) comments.push_back(std::move(note));
  }
  const bool inbound = (from == Party::initiator) == (leg_->side == Side::client);
  const std::size_t kept = std::min(keep_, payload.size());
  keep_ -= kept;
  append(leg_->side, inbound ? Direction::inbound : Direction::outbound, headers, payload, kept, std::move(comments));
}

void Recorder::append(Side side, Direction direction, std::string_view headers, std::string_view payload,
                      std::size_t kept, std::vector<std::string> comments) {
  Interface& interface = interfaces_[interfaceOf(side)];
  last_ = std::max(last_, time_);
  pcapng::appendPacket(*out_, {.interface = interfaceOf(side),
                               .time = last_,
                               .direction = direction,
                               .headers = headers,
                               .payload = payload,
                               .kept = kept,
                               .lost = std::exchange(interface.lostSince, 0),
                               .comments = comments});
  ++interface.packets;
  ++added_.packets;
}

}  // namespace megaphone::capture
