#include "megaphone/proxy/tunnel.h"

namespace megaphone::proxy {

void Tunnel::ended(Side source, bool waiting) {
  if (halves_[0] == Half::flowing && halves_[1] == Half::flowing) first_ = source;
  Half& half = halves_[index(source)];
  if (half == Half::flowing) half = waiting ? Half::draining : Half::closed;
}

void Tunnel::drained(Side source) {
  Half& half = halves_[index(source)];
  if (half == Half::draining) half = Half::closed;
}

Tunnel::Action Tunnel::next() {
  const bool clientClosed = half(Side::client) == Half::closed;
  const bool originClosed = half(Side::origin) == Half::closed;
  if (clientClosed && originClosed) return Action::over;
  if (clientClosed && !told_[index(Side::client)]) {
    told_[index(Side::client)] = true;
    return Action::end_origin;
  }
  if (originClosed && !told_[index(Side::origin)]) {
    told_[index(Side::origin)] = true;
    return Action::end_client;
  }
  return Action::none;
}

}  // namespace megaphone::proxy
