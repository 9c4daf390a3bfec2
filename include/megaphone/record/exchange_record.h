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

namespace megaphone::record {

enum class Kind : std::uint8_t { http, connect, uppercase_tcp, uppercase_udp };

std::string_view word(Kind kind);  // "http", "connect", "tcp", "udp"

inline constexpr Duration kNever{-1};  // a phase that was not reached

struct ExchangeRecord {
  std::uint64_t id = 0;  // unique in one run of the daemon
  Kind kind = Kind::http;
  WallTime began{};
  std::string listener;
  Endpoint client;

  std::string method;
  std::string target;  // as requested, without userinfo; a query string is cut by the writer unless asked for
  int status = 0;      // as sent to the client; 0: none was

  // Bytes on the sockets' application side, heads and framing included.
  std::uint64_t client_in = 0;
  std::uint64_t client_out = 0;
  std::uint64_t origin_in = 0;
  std::uint64_t origin_out = 0;
  std::uint64_t datagrams_in = 0;
  std::uint64_t datagrams_out = 0;

  std::optional<Endpoint> origin;  // the address that was used
  bool origin_reused = false;
  std::uint32_t client_request = 0;  // the n-th of its client connection, from 1

  // Phases, each from the end of the one before; kNever where it was not reached.
  Duration head = kNever;  // first byte of the request to the end of its head
  Duration resolve = kNever;
  Duration connect = kNever;
  Duration first_byte = kNever;  // request sent to the head of the answer
  Duration total = kNever;       // first byte of the request to the end

  Reason reason = Reason::none;  // none: it ran to its end
  Side ended_by = Side::daemon;  // who ended it, where reason is not none
  std::string detail;            // a sentence for people, or ""

  void clear();
};

}  // namespace megaphone::record
