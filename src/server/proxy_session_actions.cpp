// The session's side of each Action of the exchange: verdicts, connections, records, ends.
#include "delivering_session.h"
#include "proxy_session.h"
#include "tunnel_session.h"

namespace megaphone::server {

using proxy::Action;

namespace {
// What is not acknowledged by then, after some repetitions by the kernel, goes nowhere.
constexpr Duration kForgotten = std::chrono::seconds(3);
}  // namespace

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
      // Before the answer goes out: who has read it finds it on its page.
      if (!exchange_.isForUs()) listener_->noteFailure(client(), exchange_.record());
      captureEnd();
      flushClient();
      if (!toClient_.empty())
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
      DeliveringSession::begin(context_, listener_, std::move(admission_),
                               {std::move(client_), std::move(toClient_), {}}, exchange_.record());
      return end();
  }
}

void ProxySession::judge() {
  const proxy::Target& target = exchange_.target();
  if (client_.witness()) tellExchange(target.host);
  if (refusal_) {
    exchange_.stop(now());  // no next request
    return exchange_.refuse(*refusal_, now());
  }
  if (exchange_.mayBeForUs()) exchange_.reachedAt(reachedAt());
  if (exchange_.isForUs()) return answerAsUs();
  access::Verdict verdict = listener_->destinations->judgePort(target.port, exchange_.isConnect());
  if (verdict.allowed()) {
    if (const auto address = IpAddress::parse(target.host)) verdict = listener_->destinations->judgeAddress(*address);
  }
  if (verdict.allowed()) return exchange_.allowed(now());
  exchange_.refuse({verdict.reason, Side::daemon, 0, target.key + " is denied by " + access::ruleText(verdict)}, now());
}

void ProxySession::answerAsUs() {
  const auto failures = listener_->failuresOf(client());
  exchange_.answerAsUs({reachedAt(), failures, wallNow()}, now());
}

const Endpoint& ProxySession::reachedAt() {
  std::optional<Endpoint>& local = admission_.client().local;
  if (!local) local = Endpoint::local(client_.fd()).value_or(Endpoint{});
  return *local;
}

void ProxySession::connect() {
  const proxy::Target& target = exchange_.target();
  if (exchange_.reuse() != proxy::Reuse::none) {
    const auto judge = [this](const Endpoint& endpoint) {
      return listener_->destinations->judgeAddress(endpoint.address).allowed();
    };
    if (auto kept = context_.idleOrigins.take(target.key, exchange_.reuse(), *this, judge)) {
      origin_ = std::move(kept->stream);
      origin_.setSink(originSink_);
      captureKept(kept->connection.endpoint);
      exchange_.originReady(kept->connection.endpoint, kept->connection.bond, {}, now());
      context_.deadlines.set(wait_, now() + kForgotten);
      return;
    }
  }
  connect::Job job;
  job.host = target.host;
  job.port = target.port;
  job.rules = listener_->destinations;
  job.deadline = now() + listener_->settings.connect_timeout;
  job.client = client();
  if (client_.witness()) job.capture = {exchange_.record().id, listener_->settings.name};
  auto asked = context_.connectRequests.ask(std::move(job), *this);
  if (asked)
    job_ = *asked;
  else
    exchange_.originFailed(std::move(asked.error()), {}, now());
}

void ProxySession::closeOrigin() {
  if (job_) context_.connectRequests.cancel(*job_);
  job_.reset();
  context_.toOrigin.clear();
  toOrigin_.drop();
  captureOriginEnd();
  fromClient_.close(context_.pipes);
  fromOrigin_.close(context_.pipes);
  std::string().swap(originRest_);
  origin_.close();
  originDeaf_ = false;
}

void ProxySession::keepOrigin() {
  flushOrigin();
  // More than was asked for, or the end, is behind the answer already: nobody may be given that for an answer.
  const bool spoilt = !toOrigin_.empty() || originDeaf_ || (origin_.mayHaveMore() && !origin_.isQuiet());
  if (spoilt || context_.draining) return closeOrigin();
  const proxy::Bond bond = exchange_.originBond();
  context_.idleOrigins.keep(exchange_.target().key, {*exchange_.record().origin, exchange_.originLasts(), bond}, *this,
                            std::move(origin_));
  ownsIdle_ |= bond != proxy::Bond::none;
}

// No request of this client will come any more.
void ProxySession::letIdleGo() {
  if (std::exchange(ownsIdle_, false)) context_.idleOrigins.forget(*this);
}

void ProxySession::beginTunnel() {
  if (CapturedStream* captured = CapturedStream::of(client_)) captured->note("a tunnel begins");
  flushOrigin();
  flushClient();  // a client that is gone by now is found by the tunnel's first read
  TunnelSession::begin(context_, listener_, std::move(admission_),
                       {std::move(client_), std::move(origin_), std::move(toClient_), std::move(toOrigin_)},
                       exchange_.record(), exchange_.clientRest(), clientEnded_);
  end();
}

void ProxySession::finished() {
  context_.write(exchange_.record());
  connects_ = 0;
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
  toClient_.drop();
  finished();
}

// RFC 9112 section 9.6: closing a socket that holds unread bytes resets it, and a reset may destroy the answer on its
// way.
void ProxySession::closeClient() {
  flushClient();
  if (life_ != Life::serving) return;
  closeOrigin();
  if (clientEnded_ || clientIsQuiet()) return end();
  linger();
}

// Whether closing at once can destroy nothing. A client that has sent more than its request may be sending still; and a
// short answer is with the client before anything that we would answer with a reset.
bool ProxySession::clientIsQuiet() const {
  constexpr std::uint64_t kShort = 14 * 1024;  // leaves in one round trip (RFC 6928)
  return exchange_.requestIsWhole() && exchange_.clientRest().empty() && !client_.mayHaveMore() &&
         exchange_.lastAnswerSize() <= kShort;
}

void ProxySession::linger() {
  life_ = Life::lingering;
  std::string().swap(clientRest_);
  client_.shutdownWriting();
  client_.resumeReading();
  clientProgress_.look(client_, 0);
  exchange_.progressed(now());
  lingerUntil_ = now() + listener_->settings.linger_timeout;
}

// The time is over. A client that has not taken our last answer yet is given more, for as long as it goes on taking.
void ProxySession::lingerOn(MonoTime at) {
  if (clientProgress_.look(client_, 0)) exchange_.progressed(at);
  if (clientProgress_.tookAll() || finishingDeadline() <= at) return end();
  lingerUntil_ = at + listener_->settings.linger_timeout;
  setDeadline();
}

void ProxySession::end() {
  if (life_ == Life::over) return;
  life_ = Life::over;
  closeOrigin();
  letIdleGo();
  context_.toClient.clear();
  client_.close();
  context_.deadlines.clear(wait_);
  context_.leave(*this);
}

}  // namespace megaphone::server
