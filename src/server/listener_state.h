// What the loops share of one listener: its settings, its compiled rules, and how many clients it has. Immutable but
// for the count; shared by pointer, so that an exchange keeps the settings under which it began.
#pragma once

#include <optional>
#include <unordered_map>
#include <variant>

#include "admissions.h"
#include "megaphone/access/rules.h"
#include "megaphone/config/settings.h"
#include "megaphone/observe/counter_book.h"
#include "megaphone/observe/line.h"
#include "megaphone/observe/recent_failures.h"
#include "megaphone/proxy/exchange.h"
#include "megaphone/server/listeners.h"
#include "shared_sources.h"

namespace megaphone::server {

template <class Settings>
struct ListenerState {
  // `before`: the state of the same listener until now, or null. `book`: for the counters of a new one.
  ListenerState(const Settings& s, const ListenerState* before, observe::CounterBook& book)
      : settings(s), clients(s.clients), counters(before ? before->counters : book.open()) {}
  observe::Counters& countersOn(unsigned loop) const { return counters->of(loop); }

  const Settings settings;
  const access::ClientRules clients;
  const std::shared_ptr<observe::ListenerCounters> counters;
};

template <class Settings>
struct TcpListenerState : ListenerState<Settings> {
  TcpListenerState(const Settings& s, const TcpListenerState* before, observe::CounterBook& book)
      : ListenerState<Settings>(s, before, book),
        admissions(before ? before->admissions : std::make_shared<Admissions>()) {}
  const std::shared_ptr<Admissions> admissions;
};

using UppercaseTcpListenerState = TcpListenerState<config::UppercaseTcp>;

struct ProxyListenerState : TcpListenerState<config::Proxy> {
  ProxyListenerState(const config::Proxy& s, const ProxyListenerState* before, observe::CounterBook& book,
                     const std::string& tag, std::optional<config::LogFormat> logged, access::OwnAddressesPtr own)
      : TcpListenerState(s, before, book),
        destinations(std::make_shared<const access::DestinationRules>(s, std::move(own))),
        policy{{s.max_request_line, s.max_head, s.max_fields},
               {tag, s.forwarded, s.x_forwarded_for, s.via_header},
               s.idle_timeout,
               s.request_head_timeout,
               s.body_timeout,
               s.response_timeout,
               s.total_timeout,
               logged && observe::has(*logged).user_agent,
               logged && observe::has(*logged).referer,
               s.replay_buffer,
               {s.pac_exceptions, s.pac_fallback},
               s.failures_per_client > 0,
               s.client_half_close == config::Proxy::HalfClose::abort,
               s.connect_timeout,
               {s.own_names},
               s.page_note},
        failures(before ? before->failures : std::make_shared<observe::RecentFailures>()),
        refusals(before ? before->refusals : std::make_shared<Admissions>()) {}
  void noteFailure(const record::Client& client, const record::ExchangeRecord& record) const;
  std::vector<record::Failure> failuresOf(const record::Client& client) const {
    return failures->of(client, settings.failures_per_client);
  }

  const access::DestinationRulesPtr destinations;
  const proxy::ExchangePolicy policy;
  const std::shared_ptr<observe::RecentFailures> failures;  // of all loops, for /why
  const std::shared_ptr<Admissions> refusals;  // those who are only told no: they take no place of the others
};

struct UppercaseUdpListenerState : ListenerState<config::UppercaseUdp> {
  UppercaseUdpListenerState(const config::UppercaseUdp& s, const UppercaseUdpListenerState* before,
                            observe::CounterBook& book, std::vector<std::uint16_t> ports, Duration interval);
  const std::vector<std::uint16_t> ownPorts;
  const Duration recordInterval;
  const std::shared_ptr<SharedSources> sources;  // as before, unless its limits have changed
};

struct Listeners::Inside {
  template <class State>
  using Ptr = std::shared_ptr<const State>;
  using AnyState =
      std::variant<Ptr<ProxyListenerState>, Ptr<UppercaseTcpListenerState>, Ptr<UppercaseUdpListenerState>>;

  // Null: the socket is not served any more, or as another kind of listener.
  template <class State>
  Ptr<State> find(SocketId socket) const {
    const auto found = bySocket.find(socket);
    const auto* state = found == bySocket.end() ? nullptr : std::get_if<Ptr<State>>(&found->second);
    return state ? *state : nullptr;
  }
  // Whether any proxy may connect to that address now.
  bool mayReach(const Endpoint& origin) const;

  config::SettingsPtr settings;
  std::vector<Ptr<ProxyListenerState>> proxies;
  std::vector<Ptr<UppercaseTcpListenerState>> uppercaseTcp;
  std::vector<Ptr<UppercaseUdpListenerState>> uppercaseUdp;
  std::unordered_map<SocketId, AnyState> bySocket;
};

}  // namespace megaphone::server
