// The session's side of each Action of the exchange: verdicts, connections, records, ends.
#include "delivering_session.h"
#include "megaphone/access/target_verdict.h"
#include "proxy_session.h"
#include "tunnel_session.h"

namespace megaphone::server {

using proxy::Action;

void ProxySession::perform(const Action& action) {
  switch (action.kind) {
    case Action::Kind::none: return;
    case Action::Kind::judge: return judge();
    case Action::Kind::connect: return connect();
    case Action::Kind::send_client: return add(context_.toClient, action);
    case Action::Kind::send_origin: return add(context_.toOrigin, action);
    case Action::Kind::keep_origin: return keepOrigin();
    case Action::Kind::close_origin: return closeOrigin();
    case Action::Kind::begin_tunnel: return beginTunnel();
    case Action::Kind::finished:
      // Recorded first, so that /why has it when the client has read the answer.
      if (!exchange_.isForUs()) listener_->noteFailure(client(), exchange_.record());
      captureEnd();
      flushClient();
      if (client_.isFull())
        life_ = Life::finishing;
      else
        finished();
      return;
    case Action::Kind::close_client: return closeClient();
    case Action::Kind::reset_client:
      flushClient();
      client_.reset();
      return end();
    case Action::Kind::deliver_and_reset_client:
      flushClient();
      DeliveringSession::begin(context_, listener_, std::move(admission_), std::move(client_), exchange_.record());
      return end();
  }
}

void ProxySession::judge() {
  const proxy::Target& target = exchange_.target();
  if (client_.stream().witness()) tellExchange(target.host);
  if (refusal_) {
    exchange_.stop(now());  // no next request
    return exchange_.refuse(*refusal_, now());
  }
  if (exchange_.mayBeForUs()) exchange_.reachedAt(reachedAt());
  if (exchange_.isForUs()) return answerAsUs();
  const auto verdict = access::judgeTarget(*listener_->destinations, target.host, target.port, exchange_.isConnect());
  if (verdict.allowed()) return exchange_.allowed(now());
  exchange_.refuse({verdict.reason, Side::daemon, 0, target.key + " is denied by " + access::ruleText(verdict)}, now());
}

void ProxySession::answerAsUs() {
  const auto failures = listener_->failuresOf(client());
  exchange_.answerAsUs({reachedAt(), failures, wallNow()}, now());
}

const Endpoint& ProxySession::reachedAt() {
  if (!reachedAt_) reachedAt_ = client().local();
  if (!reachedAt_) reachedAt_ = Endpoint::local(client_.stream().fd()).value_or(Endpoint{});
  return *reachedAt_;
}

void ProxySession::connect() {
  OriginDial::Request request{.route = proxy::directTo(exchange_.target(), exchange_.isConnect()),
                              .reuse = exchange_.reuse(),
                              .rules = listener_->destinations,
                              .deadline = now() + listener_->settings.connect_timeout,
                              .client = &client()};
  if (client_.stream().witness()) request.capture = {exchange_.record().id, listener_->settings.name};
  if (auto outcome = dial_.dial(std::move(request))) takeOrigin(std::move(*outcome));
}

void ProxySession::closeOrigin() {
  dial_.cancel();
  context_.toOrigin.clear();
  captureOriginEnd();
  std::string().swap(originRest_);
  origin_.close();
}

void ProxySession::keepOrigin() {
  flushOrigin();
  const IdleOrigins::Connection kept{*exchange_.record().origin, exchange_.originLasts(), exchange_.originBond()};
  const bool unwritten = origin_.isFull() || origin_.isDeaf();
  if (unwritten || !dial_.keep(origin_.stream(), kept)) closeOrigin();
}

void ProxySession::beginTunnel() {
  if (CapturedStream* captured = CapturedStream::of(client_.stream())) captured->note("a tunnel begins");
  flushOrigin();
  sendEarly();
  flushClient();  // a client that is gone by now is found by the tunnel's first read
  countTraffic(exchange_.record(), counters());
  TunnelSession::begin(context_, listener_, std::move(admission_), {client_, origin_, exchange_.target().host},
                       exchange_.record(), exchange_.clientRest());
  end();
}

// Bytes of the origin from before the tunnel go behind the head of the answer.
void ProxySession::sendEarly() {
  if (originEarly_.empty()) return;
  exchange_.record().origin_in += originEarly_.size();
  exchange_.record().client_out += originEarly_.size();
  Action early;
  early.content = originEarly_;
  add(context_.toClient, early);
}

void ProxySession::finished() {
  context_.write(exchange_.record(), counters());
  if (life_ == Life::finishing) life_ = Life::serving;
  if (generation_ != context_.generation) takeNewSettings();
}

// Between two exchanges. Without a listener there will be no next one: judgeAgain() has seen to that.
void ProxySession::takeNewSettings() {
  generation_ = context_.generation;
  auto listener = context_.listeners->inside().find<ProxyListenerState>(socket_);
  if (!listener) return;
  listener_.swap(listener);  // the exchange compares the two
  exchange_.usePolicy(listener_->policy);
  exchange_.record().listener = listener_->settings.name;
}

// The client did not take the rest of the answer. One that had been cut keeps its reason.
void ProxySession::unfinished(Reason reason, Side by) {
  record::ExchangeRecord& record = exchange_.record();
  if (record.reason == Reason::none) {
    record.reason = reason;
    record.ended_by = by;
    record.ended_in = record::Phase::body;
  }
  client_.drop();
  finished();
}

// RFC 9112 section 9.6: closing a socket that holds unread bytes resets it, and a reset may destroy the answer on its
// way.
void ProxySession::closeClient() {
  flushClient();
  if (life_ != Life::serving) return;
  closeOrigin();
  if (client_.hasEnded() || exchange_.mayCloseAtOnce(client_.stream().mayHaveMore())) return end();
  linger();
}

void ProxySession::linger() {
  life_ = Life::lingering;
  std::string().swap(clientRest_);
  client_.end();
  client_.hold(false);
  client_.peerTook();
  exchange_.progressed(now());
  lingerUntil_ = now() + listener_->settings.linger_timeout;
}

// The time is over. A client that has not taken our last answer yet is given more, for as long as it goes on taking.
void ProxySession::lingerOn(MonoTime at) {
  if (client_.peerTook()) exchange_.progressed(at);
  if (client_.peerTookAll() || finishingDeadline() <= at) return end();
  lingerUntil_ = at + listener_->settings.linger_timeout;
  setDeadline();
}

void ProxySession::end() {
  if (life_ == Life::over) return;
  life_ = Life::over;
  closeOrigin();
  dial_.end();
  context_.toClient.clear();
  client_.close();
  context_.leave(*this);
}

}  // namespace megaphone::server
