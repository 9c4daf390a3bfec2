// ExchangeRecord: what happened in one exchange, tunnel, TCP session or interval of datagrams. Pure.
//
// Filled along the way by the one who carries the exchange, read once at its end (access log, counters, later live list
// and capture). Strings keep their memory over clear(), so that a kept-alive connection allocates nothing per request.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/error.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/record/exchange_id.h"

namespace megaphone::record {

enum class Kind : std::uint8_t { http, connect, uppercase_tcp, uppercase_udp };

std::string_view word(Kind kind);  // "http", "connect", "tcp", "udp"

// The phases of an exchange, in their order.
enum class Phase : std::uint8_t {
  none,     // has no meaning: tcp and udp have no phases
  head,     // of the request, its verdict included
  connect,  // the origin's name, and a connection to it
  upload,   // the request's body goes to the origin
  answer,   // the whole request is sent, the head of the answer is awaited
  body,     // of the answer goes to the client
  tunnel,
};

std::string_view word(Phase phase);  // "" for none

inline constexpr Duration kNever{-1};  // a phase that was not reached

// Bytes on the sockets' application side, heads and framing included.
struct Traffic {
  std::uint64_t client_in = 0;
  std::uint64_t client_out = 0;
  std::uint64_t origin_in = 0;
  std::uint64_t origin_out = 0;
};

struct ExchangeRecord : Traffic {
  ExchangeId id = 0;
  Kind kind = Kind::http;
  WallTime began{};
  std::string listener;
  Endpoint client;

  std::string method;
  std::string target;   // as appendShownUrl() writes it: no user information, no fragment; its readers cut the query
  std::string referer;  // so, too; this and user_agent are "" unless a log wants them (ExchangePolicy)
  std::string user_agent;
  bool http10 = false;  // the request's version; else HTTP/1.1
  int status = 0;       // as sent to the client; 0: none was

  std::uint64_t datagrams_in = 0;
  std::uint64_t datagrams_out = 0;
  Traffic counted;  // what of the traffic stands in the counters already

  std::optional<Endpoint> origin;  // the address that was used
  bool origin_reused = false;
  std::uint32_t client_request = 0;  // the n-th of its client connection, from 1

  // Phases, each from the end of the one before; kNever where it was not reached.
  Duration head = kNever;  // first byte of the request to the end of its head
  Duration resolve = kNever;
  Duration connect = kNever;
  Duration upload = kNever;      // the request's body, where there is one
  Duration first_byte = kNever;  // request sent to the head of the answer
  Duration total = kNever;       // first byte of the request to the end
  // First byte of the request to the end of the client's sending, where that came while the exchange was under way: the
  // client has gone, or only listens (a half-close).
  Duration client_ended = kNever;

  // The time of the end. REQUIRES: `began` and `total` are set.
  WallTime ended() const { return began + (total == kNever ? Duration::zero() : total); }

  Reason reason = Reason::none;  // none: it ran to its end
  Side ended_by = Side::daemon;  // who ended it early; of a tunnel or TCP session, who closed first
  Phase ended_in = Phase::none;  // in which phase, where reason is not none
  std::string detail;            // a sentence for people, or ""
  bool detail_is_inner = false;  // it names an address that the client has not named: it is not for him

  void clear();
};

// Appends the end in words, for people and their tools: "complete", or who did what and, where that tells more, in
// which phase: "origin-refused", "client-abort-body", "idle-timeout". All of them: docs/logs.md.
void appendEnd(std::string& out, const ExchangeRecord& record);

}  // namespace megaphone::record
