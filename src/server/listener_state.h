// What the loops share of one listener: its settings, its compiled rules, and how many clients it has. Immutable but
// for the count; shared by pointer, so that a session keeps the settings under which it began.
#pragma once

#include "admissions.h"
#include "megaphone/access/rules.h"
#include "megaphone/config/settings.h"
#include "megaphone/proxy/exchange.h"

namespace megaphone::server {

template <class Settings>
struct TcpListenerState {
  explicit TcpListenerState(const Settings& s) : settings(s), clients(s.clients) {}
  const Settings settings;
  const access::ClientRules clients;
  Admissions admissions;
};

using UppercaseTcpListenerState = TcpListenerState<config::UppercaseTcp>;

struct ProxyListenerState : TcpListenerState<config::Proxy> {
  ProxyListenerState(const config::Proxy& s, const std::string& tag)
      : TcpListenerState(s),
        destinations(std::make_shared<const access::DestinationRules>(s)),
        policy{{s.max_request_line, s.max_head, s.max_fields},
               {tag, s.forwarded, s.x_forwarded_for},
               s.idle_timeout,
               s.request_head_timeout,
               s.body_timeout,
               s.response_timeout,
               s.total_timeout,
               s.replay_buffer} {}
  const access::DestinationRulesPtr destinations;
  const proxy::ExchangePolicy policy;
  Admissions refusals;  // those who are only told no: they take no place of those who may come in
};

}  // namespace megaphone::server
