// Event: what a loop or a connect worker has seen of a connection (a leg), or of a datagram.
//
// A leg begins with `open` and `about`; what is not about an exchange that somebody wants is not shown. Views live as
// long as what they were made of.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/error.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/pcapng/blocks.h"
#include "megaphone/record/exchange_id.h"

namespace megaphone::capture {

using Direction = pcapng::Direction;
using LegId = std::uint64_t;  // unique over all lanes; 0: none

enum class EventKind : std::uint8_t {
  open,         // a connection: local, remote; to an origin it is being made, or, with `late`, there already
  accepted,     // the origin has taken it
  refused,      // the origin has not
  about,        // what follows belongs to that exchange: exchange, listener, client, host
  note,         // text, for the next packet that is no bare acknowledgment
  bytes,        // read or written; `offset` counts them in their direction
  end,          // of the stream, in that direction, behind `offset` bytes
  reset,        // sent in that direction
  gone,         // nothing more is seen of it
  datagram,     // local, remote, listener, text
  unreachable,  // the port of `remote` is closed, to which these bytes were sent, or more that begin so
};

enum class Next : std::uint8_t {
  unknown,
  message,  // the beginning of one of HTTP: none is under way
  tunnel,   // and so is all behind them: whatever it looks like, it is no HTTP of this proxy
};

struct Event {
  EventKind kind = EventKind::gone;
  Side side = Side::client;  // of the leg
  Direction direction = Direction::inbound;
  bool late = false;          // the leg is older than the capture
  Next next = Next::unknown;  // about: what the next bytes are, in either direction
  LegId leg = 0;
  std::uint32_t lost = 0;  // events that this lane had no room for, since the last one
  WallTime time{};
  std::uint64_t offset = 0;
  record::ExchangeId exchange = 0;  // 0: not known yet
  Endpoint local = {};
  Endpoint remote = {};
  IpAddress client = {};
  std::string_view listener = {};
  std::string_view host = {};  // "": not known yet
  std::string_view text = {};
  std::string_view bytes = {};
};

}  // namespace megaphone::capture
