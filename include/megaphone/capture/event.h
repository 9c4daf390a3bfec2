// Event: one observation of a loop or a connect worker: of a connection (a leg of a capture) or of a datagram.
//
// A leg begins with `open` and `about`; only events about exchanges in a capture's scope are shown. Views are valid as
// long as the memory that they were made of.
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
  open,         // a connection: local, remote; one to an origin is in progress or, with `late`, already established
  accepted,     // the origin has accepted it
  refused,      // the origin has refused it
  about,        // the following events belong to that exchange: exchange, listener, client, host
  note,         // a comment in `text`, for the next packet that is not a bare acknowledgment
  bytes,        // bytes read or written; `offset` is their position in that direction
  end,          // the end of stream in that direction, after `offset` bytes
  reset,        // a reset sent in that direction
  gone,         // the leg is closed; no further events
  datagram,     // a datagram: local, remote, listener, bytes; `text` is a comment
  unreachable,  // the port of `remote` is closed; `bytes` is the datagram sent to it, or its beginning
};

enum class Next : std::uint8_t {
  unknown,
  message,  // the beginning of an HTTP message
  tunnel,   // the contents of a tunnel, and so are all bytes after them
};

struct Event {
  EventKind kind = EventKind::gone;
  Side side = Side::client;  // of the leg
  Direction direction = Direction::inbound;
  bool late = false;          // the leg is older than the capture
  Next next = Next::unknown;  // about: what the next bytes are, in either direction
  LegId leg = 0;
  std::uint32_t lost = 0;  // events that did not fit into this lane since the last one
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
