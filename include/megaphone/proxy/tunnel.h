// Tunnel: the half-close rules of two byte streams joined to each other. Pure; holds no bytes.
//
// Each direction is flowing, then draining (its source has ended, bytes may still wait for the sink), then closed (the
// end has been passed on). The tunnel is over when both are closed. docs/half-close.md is the truth table.
#pragma once

#include <array>
#include <cstdint>

#include "megaphone/base/error.h"

namespace megaphone::proxy {

class Tunnel {
 public:
  enum class Half : std::uint8_t { flowing, draining, closed };

  // An action for the caller, pulled by next() until none.
  enum class Action : std::uint8_t { none, end_origin, end_client, over };

  // Tells that `source` (client or origin) has ended its stream. `waiting`: bytes of it still wait to be written to the
  // other side.
  void ended(Side source, bool waiting);
  // Tells that the last waiting byte of `source` was written to the other side.
  void drained(Side source);
  Action next();

  Half half(Side source) const { return halves_[index(source)]; }
  // Returns the side that ended first. REQUIRES: a side has ended.
  Side endedFirst() const { return first_; }

 private:
  static std::size_t index(Side side) { return side == Side::client ? 0 : 1; }
  std::array<Half, 2> halves_{Half::flowing, Half::flowing};
  Side first_ = Side::client;
  std::array<bool, 2> told_{false, false};  // whether next() has handed out the end of that direction
};

}  // namespace megaphone::proxy
