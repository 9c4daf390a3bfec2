#include "tcp_service.h"

#include <algorithm>

#include "megaphone/log/log.h"
#include "proxy_session.h"
#include "uppercase_tcp_session.h"

namespace megaphone::server {
namespace {

using observe::Count;

constexpr Duration kPause = std::chrono::milliseconds(100);
constexpr const char* kUsedUp = "the descriptors are used up";

enum class Standing : std::uint8_t {
  welcome,
  denied,    // not among `clients`
  too_many,  // the listener has as many as it may have
  greedy,    // their address has
  no_room,   // descriptors are for origins now
};

// How many more are let in to be told that they may not.
std::uint32_t roomForRefusals(std::uint32_t max) { return std::max<std::uint32_t>(16, max / 8); }

std::uint32_t mostPerClient(const config::Proxy& settings) { return settings.max_connections_per_client; }
std::uint32_t mostPerClient(const config::UppercaseTcp& settings) { return settings.max_connections; }

template <class State>
Standing standingOf(const State& state, const Admission& admission) {
  const auto& settings = state.settings;
  if (!state.clients.judge(admission.client().address()).allowed()) return Standing::denied;
  const std::uint32_t ofClient = mostPerClient(settings);
  if (ofClient < settings.max_connections && admission.ofClient() > ofClient) return Standing::greedy;
  return admission.total() > settings.max_connections ? Standing::too_many : Standing::welcome;
}

void tellOfTooMany(const std::string& name) {
  log::warningSometimes(name, name + ": max_connections is reached; new clients are refused");
}

// What a proxy client is told whatever it asks for.
std::optional<Error> refusalFor(Standing standing, const IpAddress& client) {
  switch (standing) {
    case Standing::denied:
      return Error{Reason::http_request_denied, Side::daemon, 0,
                   "your address, " + client.text() + ", is not among the clients of this proxy"};
    case Standing::too_many:
      return Error{Reason::connection_limit_reached, Side::daemon, 0, "this proxy has as many clients as it may have"};
    case Standing::greedy:
      return Error{Reason::connection_limit_reached, Side::daemon, 0, "your address has as many connections as it may"};
    case Standing::no_room:
      return Error{Reason::connection_limit_reached, Side::daemon, 0, "this proxy has no descriptors left"};
    case Standing::welcome: break;
  }
  return std::nullopt;
}

// Accepted connections inherit the options: one call for all of them.
UniqueFd prepared(UniqueFd listening) {
  uv::prepareTcp(listening.get());
  return listening;
}

}  // namespace

TcpService::TcpService(LoopContext& context, SocketId socket, UniqueFd fd)
    : context_(context),
      socket_(socket),
      arrivals_(context.loop, context.deadlines, {}, *this),
      pause_(context.loop, [this] { onTime(); }),
      listener_(context.loop, prepared(std::move(fd)), *this) {}

bool TcpService::serveAsConfigured() {
  const Listeners::Inside& listeners = context_.listeners->inside();
  auto proxy = listeners.find<ProxyListenerState>(socket_);
  auto uppercase = listeners.find<UppercaseTcpListenerState>(socket_);
  if (!proxy && !uppercase) return false;  // what has arrived still comes to what was served
  proxy_ = std::move(proxy);
  uppercase_ = std::move(uppercase);
  return true;
}

void TcpService::onAccept(UniqueFd fd, const Endpoint& peer) {
  record::Client client = record::Client::at(peer);
  client.connection = context_.environment.nextConnection();
  arrivals_.begin(std::move(fd), std::move(client), {});  // no listener has a stage
}

void TcpService::onArrived(UniqueFd fd, record::Client client, std::string_view early) {
  if (proxy_)
    receive(proxy_, std::move(fd), std::move(client), early);
  else
    receive(uppercase_, std::move(fd), std::move(client), early);
}

void TcpService::onTurnedAway(const record::Client& client, const Error& error) {
  counters()[Count::refused].add();
  const std::string& name = proxy_ ? proxy_->settings.name : uppercase_->settings.name;
  log::infoSometimes(name + " arrival", name + ": " + client.peer.text() + " did not get in: " + describe(error));
}

observe::Counters& TcpService::counters() {
  return proxy_ ? proxy_->countersOn(context_.index) : uppercase_->countersOn(context_.index);
}

bool TcpService::finish() {
  if (listener_ && !listener_.finish()) return false;
  return arrivals_.size() == 0;
}

void TcpService::onAcceptFailed(int errnum) {
  context_.shedding.makeRoom();
  waitForRoom(describe(systemError(errnum, "accept a client")));
}

// Waiting clients stay in the backlog until descriptors are free again.
void TcpService::waitForRoom(const std::string& why) {
  log::warningSometimes("accept", why + "; waiting clients wait longer");
  listener_.pause();
  pause_.start(kPause);
}

void TcpService::onTime() {
  if (context_.shedding.hasRoom()) return listener_.resume();
  context_.shedding.makeRoom();
  pause_.start(kPause);
}

void TcpService::receive(const std::shared_ptr<const ProxyListenerState>& state, UniqueFd fd, record::Client client,
                         std::string_view early) {
  Admission asked = state->admissions->admit(client);
  Standing standing = standingOf(*state, asked);
  if (standing == Standing::too_many && context_.shedding.makePlace(*state->admissions)) standing = Standing::welcome;
  if (standing == Standing::too_many) tellOfTooMany(state->settings.name);
  const bool hasRoom = context_.shedding.hasRoomFor(fd.get());
  if (context_.shedding.isLast(fd.get())) waitForRoom(kUsedUp);
  if (!hasRoom && standing == Standing::welcome) standing = Standing::no_room;
  const bool welcome = standing == Standing::welcome;
  counters()[welcome ? Count::accepted : Count::refused].add();
  Admission given = welcome ? std::move(asked) : state->refusals->admit(std::move(client));
  if (!welcome && given.total() > roomForRefusals(state->settings.max_connections)) return;
  auto refusal = refusalFor(standing, given.client().address());
  context_.enter(
      std::make_unique<ProxySession>(context_, socket_, state, std::move(fd), std::move(given), std::move(refusal)),
      counters(), early);
}

void TcpService::receive(const std::shared_ptr<const UppercaseTcpListenerState>& state, UniqueFd fd,
                         record::Client client, std::string_view early) {
  Admission admission = state->admissions->admit(std::move(client));
  const Standing standing = standingOf(*state, admission);
  const bool welcome = standing == Standing::welcome;
  if (standing == Standing::too_many) tellOfTooMany(state->settings.name);
  if (!context_.shedding.hasRoomFor(fd.get())) waitForRoom(kUsedUp);  // this one is in; who comes behind it waits
  counters()[welcome ? Count::accepted : Count::refused].add();
  if (!welcome) return;  // closed unheard: there is nothing to say in capitals
  context_.enter(std::make_unique<UppercaseTcpSession>(context_, socket_, state, std::move(fd), std::move(admission)),
                 counters(), early);
}

}  // namespace megaphone::server
