#include "capturing.h"

#include <algorithm>

namespace megaphone::server {

using capture::Direction;
using capture::EventKind;

bool Capturing::find(std::string_view listener, const IpAddress& client) const {
  return std::any_of(wanted_->begin(), wanted_->end(),
                     [&](const capture::Scope& scope) { return scope.wantsClient(listener, client); });
}

bool Capturing::wantsAnyOf(std::string_view listener) const {
  return wanted_ && std::any_of(wanted_->begin(), wanted_->end(),
                                [&](const capture::Scope& scope) { return scope.listener == listener; });
}

void Capturing::begin(uv::Stream& stream, Side side, const Endpoint& remote, std::string_view host, bool late) {
  const auto local = Endpoint::local(stream.fd());
  if (!local) return;
  const capture::LegId leg = lane_.nextLeg();
  lane_.push({.kind = EventKind::open,
              .side = side,
              .late = late,
              .leg = leg,
              .local = *local,
              .remote = remote,
              .host = host});
  stream.watch(std::make_unique<CapturedStream>(*this, leg, side, *local, remote, host));
}

void Capturing::goOn(uv::Stream& stream, capture::LegId leg, const Endpoint& remote, std::string_view host) {
  const auto local = Endpoint::local(stream.fd());
  if (!local) return lose(leg);
  stream.watch(std::make_unique<CapturedStream>(*this, leg, Side::origin, *local, remote, host));
}

void Capturing::lose(capture::LegId leg) {
  lane_.push({.kind = EventKind::end, .direction = Direction::outbound, .leg = leg});
  lane_.push({.kind = EventKind::gone, .leg = leg});
}

CapturedStream::CapturedStream(Capturing& capturing, capture::LegId leg, Side side, const Endpoint& local,
                               const Endpoint& remote, std::string_view host)
    : capturing_(capturing),
      leg_(leg),
      side_(side),
      local_(local),
      remote_(remote),
      host_(host),
      generation_(capturing.generation()) {}

CapturedStream::~CapturedStream() { push(EventKind::gone, Direction::inbound); }

// Captures that have begun since hear of the connection first.
void CapturedStream::about(const CapturedExchange& exchange) {
  const bool isNew = generation_ != capturing_.generation();
  const bool same = exchange.id == exchange_ && exchange.listener == exchangeListener_ &&
                    (exchange.host.empty() || exchange.host == exchangeHost_);
  if (same && !isNew) return;
  if (isNew) {
    generation_ = capturing_.generation();
    capturing_.lane().push({.kind = EventKind::open,
                            .side = side_,
                            .late = true,
                            .leg = leg_,
                            .local = local_,
                            .remote = remote_,
                            .host = host_});
  }
  if (!same) {
    exchange_ = exchange.id;
    exchangeListener_ = exchange.listener;
    exchangeHost_ = exchange.host;
  }
  capturing_.lane().push({.kind = EventKind::about,
                          .next = exchange.next,
                          .leg = leg_,
                          .exchange = exchange_,
                          .client = exchange.client,
                          .listener = exchangeListener_,
                          .host = exchangeHost_});
}

void CapturedStream::note(std::string_view text) {
  capturing_.lane().push({.kind = EventKind::note, .leg = leg_, .text = text});
}

void CapturedStream::onRead(std::string_view bytes) {
  capturing_.lane().push({.kind = EventKind::bytes, .leg = leg_, .offset = in_, .bytes = bytes});
  in_ += bytes.size();
}

void CapturedStream::onWritten(std::span<const iovec> pieces, std::size_t size) {
  capturing_.lane().push({.kind = EventKind::bytes, .direction = Direction::outbound, .leg = leg_, .offset = out_},
                         pieces, size);
  out_ += size;
}

void CapturedStream::onHappening(Happening happening) {
  switch (happening) {
    case Happening::peer_ended: return push(EventKind::end, Direction::inbound);
    case Happening::peer_reset: return push(EventKind::reset, Direction::inbound);
    case Happening::ended:
    case Happening::closed: return push(EventKind::end, Direction::outbound);
    case Happening::reset: return push(EventKind::reset, Direction::outbound);
  }
}

void CapturedStream::push(EventKind kind, Direction direction) {
  capturing_.lane().push(
      {.kind = kind, .direction = direction, .leg = leg_, .offset = direction == Direction::inbound ? in_ : out_});
}

}  // namespace megaphone::server
