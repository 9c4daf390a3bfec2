// Recorder: the exchanges of the legs, and whether they are shown.
#include <utility>

#include "recorder.h"

namespace megaphone::capture {
namespace {

constexpr std::size_t kCostOfAllocation = 16;

}  // namespace

// Loops open known legs again when another capture begins.
void Recorder::open(const Event& event) {
  if (event.local.address.family() != event.remote.address.family() || legs_.count(event.leg) > 0) return;
  const bool follows = options_.headers_only && options_.origins;
  const std::size_t cost = kCostOfLeg + event.host.size() + (follows ? HeadCuts::leastCost() : 0);
  if (!hasRoomFor(cost)) return miss(1);
  Leg& leg = legs_[event.leg];
  leg.side = event.side;
  leg.local = event.local;
  leg.remote = event.remote;
  leg.host = event.host;
  leg.late = event.late;
  leg.opened = event.time;
  leg.losses = losses_;
  if (follows) leg.heads = std::make_unique<HeadCuts>();
  if (event.late)
    beginInTheMiddle(leg);
  else if (event.side == Side::origin)
    leg.handshake = Handshake::asked;
  count(leg);
}

void Recorder::beginInTheMiddle(Leg& leg) {
  for (Way& way : leg.ways) {
    way.offset = way.masked = std::nullopt;
    way.mask.skip();
  }
  if (leg.heads) leg.heads->lose();
}

void Recorder::decide(Leg& leg, const Event& about) {
  const Scope& scope = options_.scope;
  const bool mine = scope.wantsClient(about.listener, about.client);
  const bool open = mine && !scope.host.empty() && about.host.empty();
  // A request that never named a host is in no scope.
  if (about.exchange != leg.exchange && leg.showing == Showing::undecided) {
    leg.showing = Showing::no;
    giveBackHeld(leg);
  }
  if (about.next == Next::message) {
    for (Way& way : leg.ways) way.mask.restart();
    if (leg.heads) leg.heads->restart();
  }
  if (leg.heads && about.next == Next::tunnel) leg.heads->lose();
  if (leg.exchange != about.exchange) leg.notes.clear();
  leg.exchange = about.exchange;
  leg.showing = open ? Showing::undecided : mine && scope.wantsHost(about.host) ? Showing::yes : Showing::no;
  if (open) return;
  if (leg.showing == Showing::yes && leg.file != file_) {
    time_ = leg.held.empty() ? about.time : leg.held.front().event.time;
    introduce(leg);
  }
  giveBackHeld(leg);
}

void Recorder::giveBackHeld(Leg& leg) {
  leg.heldCost = 0;
  for (const StoredEvent& each : std::exchange(leg.held, {})) {
    time_ = each.event.time;
    pass(leg, each.event);
  }
}

void Recorder::hide(Leg& leg, Event event) {
  Way& way = leg.way(event.direction);
  if (way.masked && *way.masked != event.offset) way.mask.skip();
  way.masked = event.offset + event.bytes.size();
  if (leg.showing == Showing::no) {
    way.mask.follow(event.bytes);
  } else if (!options_.with_secrets) {
    masked_ = event.bytes;
    way.mask.apply(masked_);
    event.bytes = masked_;
  }
  pass(leg, event);
}

void Recorder::pass(Leg& leg, const Event& event) {
  switch (leg.showing) {
    case Showing::no: return skip(leg, event);
    case Showing::undecided: return hold(leg, event);
    case Showing::yes: return show(leg, event);
  }
}

void Recorder::hold(Leg& leg, const Event& event) {
  const std::size_t cost = 2 * sizeof(StoredEvent) + kCostOfAllocation + event.bytes.size();  // a vector may grow
  if (leg.heldCost + cost > kMostHeld || !hasRoomFor(cost)) return miss(1);  // a hole, if it comes to be shown
  leg.heldCost += cost;
  leg.held.emplace_back(event);
}

// Bytes that are not shown leave no gap in the sequence numbers.
void Recorder::skip(Leg& leg, const Event& event) {
  Way& way = leg.way(event.direction);
  if (event.kind == EventKind::bytes) {
    way.offset = event.offset + event.bytes.size();
    if (leg.heads) leg.heads->lose();
  } else if (event.kind == EventKind::accepted) {
    leg.handshake = Handshake::accepted;
  } else if (event.kind == EventKind::end || event.kind == EventKind::reset) {
    if (leg.talk && leg.file == file_) return show(leg, event);
    way.ended = true;
  }
}

// It is unknown which legs lost events, so each is checked when it is used next.
void Recorder::hearOfLosses(Leg& leg) {
  if (std::exchange(leg.losses, losses_) != losses_ && leg.heads) leg.heads->lose();
}

// Returns the leg's memory in bytes now.
void Recorder::count(Leg& leg) {
  std::size_t cost = kCostOfLeg + leg.host.size() + leg.heldCost;
  for (const std::string& note : leg.notes) cost += sizeof note + kCostOfAllocation + note.size();
  if (leg.heads) cost += leg.heads->cost();
  memory_ += cost - std::exchange(leg.cost, cost);
}

}  // namespace megaphone::capture
