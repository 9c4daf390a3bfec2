#include "proxy_listener.h"

#include <algorithm>
#include <optional>

#include "megaphone/observe/line.h"
#include "proxy_session.h"

namespace megaphone::server {
namespace {

// Returns what the access log of the proxy needs of a request's head.
observe::Fields loggedOf(const config::Settings& settings, const config::Proxy& proxy) {
  if (settings.accessLogOf(proxy) == "none") return {};
  return observe::has(settings.accessLogFormatOf(proxy));
}

proxy::ExchangePolicy policyOf(const config::Proxy& s, const StateInputs& inputs) {
  const observe::Fields logged = loggedOf(inputs.settings, s);
  return {.limits = {.line = s.max_request_line, .head = s.max_head, .fields = s.max_fields},
          .forwarding = {.tag = inputs.tag,
                         .forwarded = s.forwarded,
                         .xForwardedFor = s.x_forwarded_for,
                         .via = s.via_header},
          .idleTimeout = s.idle_timeout,
          .headTimeout = s.request_head_timeout,
          .bodyTimeout = s.body_timeout,
          .responseTimeout = s.response_timeout,
          .totalTimeout = s.total_timeout,
          .notesAgent = logged.user_agent,
          .notesReferer = logged.referer,
          .replayBuffer = s.replay_buffer,
          .pac = {.exceptions = s.pac_exceptions, .fallback = s.pac_fallback},
          .keepsFailures = s.failures_per_client > 0,
          .endsWithClient = s.client_half_close == config::Proxy::HalfClose::abort,
          .connectTimeout = s.connect_timeout,
          .ownNames = {s.own_names},
          .pageNote = s.page_note};
}

// Returns how many refused clients are let in to read their refusal.
std::uint32_t roomForRefusals(std::uint32_t max) { return std::max<std::uint32_t>(16, max / 8); }

// Returns the answer to every request of a refused client.
Error refusalFor(Standing standing, const IpAddress& client) {
  switch (standing) {
    case Standing::too_many:
      return {Reason::connection_limit_reached, Side::daemon, 0, "this proxy has as many clients as it may have"};
    case Standing::greedy:
      return {Reason::connection_limit_reached, Side::daemon, 0, "your address has as many connections as it may"};
    case Standing::no_room:
      return {Reason::connection_limit_reached, Side::daemon, 0, "this proxy has no descriptors left"};
    case Standing::denied:
    case Standing::welcome: break;
  }
  return {Reason::http_request_denied, Side::daemon, 0,
          "your address, " + client.text() + ", is not among the clients of this proxy"};
}

}  // namespace

ProxyListenerState::ProxyListenerState(const config::Proxy& s, const ProxyListenerState* before,
                                       const StateInputs& inputs)
    : TcpListenerState(s, before, inputs, {.clients = s.max_connections, .ofOneAddress = s.max_connections_per_client}),
      settings(s),
      destinations(std::make_shared<const access::DestinationRules>(s, inputs.own)),
      policy(policyOf(s, inputs)),
      failures(before ? before->failures : std::make_shared<observe::RecentFailures>()),
      refusals(before ? before->refusals : std::make_shared<Admissions>()) {}

std::unique_ptr<Session> ProxyListenerState::welcome(LoopContext& loop, SocketId socket, UniqueFd fd,
                                                     Admission admission) const {
  return std::make_unique<ProxySession>(loop, socket,
                                        std::static_pointer_cast<const ProxyListenerState>(shared_from_this()),
                                        std::move(fd), std::move(admission), std::nullopt);
}

std::unique_ptr<Session> ProxyListenerState::refuse(LoopContext& loop, SocketId socket, UniqueFd fd,
                                                    record::Client client, Standing standing) const {
  auto [admission, total, ofClient] = refusals->admit(std::move(client));
  if (total > roomForRefusals(settings.max_connections)) return nullptr;
  Error refusal = refusalFor(standing, admission.client().address());
  return std::make_unique<ProxySession>(loop, socket,
                                        std::static_pointer_cast<const ProxyListenerState>(shared_from_this()),
                                        std::move(fd), std::move(admission), std::move(refusal));
}

bool ProxyListenerState::makePlace(LoopContext& loop) const { return loop.shedding.makePlace(*admissions); }

void ProxyListenerState::noteFailure(const record::Client& client, const record::ExchangeRecord& record) const {
  if (auto failure = record::failureOf(record, wallNow())) {
    failures->note(client, std::move(*failure), settings.failures_per_client);
  }
}

}  // namespace megaphone::server
