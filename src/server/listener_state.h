// ListenerState: what all loops share of one listener: its settings, its compiled rules, its counters, and how many
// clients it has. Immutable but for the counts; shared by pointer, so that an exchange keeps the settings under which
// it began.
//
// Each kind of listener has its own state: see listener_kinds.h.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "admissions.h"
#include "megaphone/access/rules.h"
#include "megaphone/base/unique_fd.h"
#include "megaphone/config/listener_kinds.h"
#include "megaphone/config/settings.h"
#include "megaphone/observe/counter_book.h"
#include "megaphone/server/listeners.h"
#include "service.h"

namespace megaphone::server {

class Session;
struct LoopContext;

// The inputs of a state besides the settings of its listener. REQUIRES: all of them outlive the constructor.
struct StateInputs {
  const config::ListenerKind& kind;
  const config::Settings& settings;
  const std::string& tag;                   // our name in Via and Proxy-Status
  const access::OwnAddressesPtr& own;       // this machine's addresses
  const std::vector<std::uint16_t>& ports;  // of all listeners of the kind
  observe::CounterBook& book;
};

struct ListenerState : std::enable_shared_from_this<ListenerState> {
  // `before`: the state of the same listener until now, or null.
  ListenerState(const config::Listener& listener, const ListenerState* before, const StateInputs& inputs)
      : kind(inputs.kind), clients(listener.clients), counters(before ? before->counters : inputs.book.open()) {}
  virtual ~ListenerState() = default;

  virtual const config::Listener& listener() const = 0;
  // Begins to serve one of its sockets on that loop. REQUIRES: the loop's Listeners have it.
  virtual std::unique_ptr<Service> serve(LoopContext& loop, SocketId socket, UniqueFd fd) const = 0;
  // Returns whether its clients may have connections to that address.
  virtual bool mayReach(const IpAddress&) const { return false; }

  observe::Counters& countersOn(unsigned loop) const { return counters->of(loop); }

  const config::ListenerKind& kind;
  const access::ClientRules clients;
  const std::shared_ptr<observe::ListenerCounters> counters;
};

// The verdict on a client that has just come.
enum class Standing : std::uint8_t {
  welcome,
  denied,    // not among `clients`
  too_many,  // the listener has as many as it may have
  greedy,    // their address has
  no_room,   // descriptors are for origins now
};

struct TcpListenerState : ListenerState {
  struct Limits {
    std::uint32_t clients;
    std::uint32_t ofOneAddress;
  };
  TcpListenerState(const config::Listener& listener, const TcpListenerState* before, const StateInputs& inputs,
                   const Limits& most)
      : ListenerState(listener, before, inputs),
        limits(most),
        admissions(before ? before->admissions : std::make_shared<Admissions>()) {}

  std::unique_ptr<Service> serve(LoopContext& loop, SocketId socket, UniqueFd fd) const override;
  // Returns the session of a client that is welcome. REQUIRES: `admission` is one of `admissions`.
  virtual std::unique_ptr<Session> welcome(LoopContext& loop, SocketId socket, UniqueFd fd,
                                           Admission admission) const = 0;
  // Returns the session in which a client hears that it is not; null: it is closed unheard.
  virtual std::unique_ptr<Session> refuse(LoopContext& loop, SocketId socket, UniqueFd fd, record::Client client,
                                          Standing standing) const;
  // Returns whether the connection of another client was closed in favour of a new one.
  virtual bool makePlace(LoopContext&) const { return false; }

  const Limits limits;
  const std::shared_ptr<Admissions> admissions;
};

struct Listeners::Inside {
  using StatePtr = std::shared_ptr<const ListenerState>;

  // Returns the state; null if the socket is not served any more, or by a listener with another state.
  template <class State>
  std::shared_ptr<const State> find(SocketId socket) const {
    const auto found = bySocket.find(socket);
    return found == bySocket.end() ? nullptr : std::dynamic_pointer_cast<const State>(found->second);
  }
  // Returns whether clients of any listener may have connections to that address now.
  bool mayReach(const Endpoint& origin) const;

  config::SettingsPtr settings;
  std::vector<StatePtr> all;
  std::unordered_map<SocketId, StatePtr> bySocket;
};

}  // namespace megaphone::server
