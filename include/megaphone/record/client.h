// Client: whose connection it is, from its accept on. A value. Pure.
//
// Admissions, connect jobs, failures and captures take a Client; what they count or compare is address().
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

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
  // Facts that most connections do without. Set by stages of its arrival, and not changed from then on.
  struct Details {
    Endpoint peer;                  // the other end of the socket
    std::optional<Endpoint> local;  // our address as the client has it, where a trusted proxy has named it
    std::string identity;           // as which the client has authenticated; "": as nobody
  };

  // Returns a client of which no more than its endpoint is known.
  static Client at(const Endpoint& endpoint) { return {{}, endpoint, nullptr}; }
  // Returns what rules judge, what limits count, and what is written down.
  const IpAddress& address() const { return endpoint.address; }
  // Return the details, where there are any. The view lives as long as the client.
  const Endpoint& peer() const { return details ? details->peer : endpoint; }
  std::optional<Endpoint> local() const { return details ? details->local : std::nullopt; }
  std::string_view identity() const { return details ? std::string_view(details->identity) : std::string_view(); }
  // Notes under which name it has authenticated.
  void identify(std::string name);
  // Notes what a trusted proxy says: the endpoint that counts, and our address as the client has it.
  void introduce(const Endpoint& real, std::optional<Endpoint> ours);

  ConnectionId connection;
  Endpoint endpoint;                       // that counts: the peer, unless a trusted proxy has named another
  std::shared_ptr<const Details> details;  // null: none. Shared by copies, because an idle tunnel has a Client
};

}  // namespace megaphone::record
