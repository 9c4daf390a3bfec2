// Client: whose connection it is, from its accept on. A value. Pure.
//
// Admissions, connect jobs, failures and captures take a Client; what they count or compare is address().
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "megaphone/base/endpoint.h"
#include "megaphone/record/exchange_id.h"

namespace megaphone::record {

// Names a client's connection while it lasts, whether or not it carries an exchange. Counted as ids of exchanges are,
// from idBeforeFirst() of its loop, but by itself.
struct ConnectionId {
  std::uint64_t value = 0;  // 0: none
  auto operator<=>(const ConnectionId&) const = default;
};
// Returns "k3f9-1-c7": the start of the daemon and the loop as in ids of exchanges, then "c" and the number.
std::string idText(ConnectionId id);

struct Client {
  // Returns a client of which no more than its endpoint is known.
  static Client at(const Endpoint& endpoint) { return {{}, endpoint, endpoint, std::nullopt, {}}; }
  // Returns what rules judge, what limits count, and what is written down.
  const IpAddress& address() const { return endpoint.address; }

  ConnectionId connection;
  Endpoint peer;                  // of the socket
  Endpoint endpoint;              // that counts: the peer, unless a trusted proxy has named another
  std::optional<Endpoint> local;  // our address as the client has it; nothing until somebody has asked for it
  std::string identity;           // as which it has authenticated; "": as nobody
};

}  // namespace megaphone::record
