// The session's inputs: streams, connects, deadlines. What the exchange wants done is in proxy_session_actions.cpp, how
// bytes leave in proxy_session_bytes.cpp.
#include "proxy_session.h"

#include <cerrno>
#include <utility>

namespace megaphone::server {

using proxy::Action;

ProxySession::ProxySession(LoopContext& context, SocketId socket, std::shared_ptr<const ProxyListenerState> listener,
                           UniqueFd fd, Admission admission, std::optional<Error> refusal)
    : context_(context),
      socket_(socket),
      generation_(context.generation),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      refusal_(std::move(refusal)),
      client_(*this, context.buffers),
      origin_(*this, context.buffers),
      exchange_(listener_->policy, context.environment, context.loop.now()),
      dial_(context.loop, context.deadlines, context.originSources, *this) {
  exchange_.record().client = client().endpoint;
  exchange_.record().listener = listener_->settings.name;
  Leg::join(client_, origin_);
  client_.open(uv::Stream(context.loop, std::move(fd)));
  if (wantsCapture()) captureClient();
  client_.hold(false);
  setDeadline();
}

void ProxySession::takeEarly(std::string_view bytes) {
  exchange_.fromClient(bytes, now());
  pump();
}

void ProxySession::drain() {
  if (life_ == Life::lingering || life_ == Life::over) return;
  if (exchange_.idle()) client_.read();  // what has arrived is still answered
  exchange_.stop(now());
  pump();
}

std::optional<MonoTime> ProxySession::idleSince(const Admissions* of, MonoTime at) const {
  if (life_ != Life::serving || refusal_ || client_.stream().mayHaveMore()) return std::nullopt;
  if (of && of != listener_->admissions.get()) return std::nullopt;
  return exchange_.idleSince(at);
}

void ProxySession::judgeAgain() {
  if (refusal_ || life_ == Life::lingering || life_ == Life::over) return;  // it ends soon, and it may not come in
  const auto now = context_.listeners->inside().find<ProxyListenerState>(socket_);
  if (!now || !now->clients.judge(client().address()).allowed()) return drain();
  if (life_ != Life::serving || !exchange_.idle()) return;  // when it has finished
  takeNewSettings();
  setDeadline();
}

std::optional<record::ExchangeRecord> ProxySession::underWay() const {
  const bool busy = life_ == Life::finishing || (life_ == Life::serving && !exchange_.idle());
  return busy ? std::optional(exchange_.record()) : std::nullopt;
}

record::LiveConnection ProxySession::live(MonoTime at) const {
  using State = record::LiveConnection::State;
  const State state = life_ != Life::serving ? State::ending : exchange_.idle() ? State::idle : State::busy;
  return {exchange_.record(), state, exchange_.phase(), at - exchange_.since()};
}

void ProxySession::cut(Reason reason) {
  if (life_ == Life::finishing) {
    unfinished(reason, Side::daemon);
    client_.reset();
  } else if (life_ == Life::serving) {
    client_.drop();  // what waits for a slow client must not hold up the record
    exchange_.abort(reason, now());
    pump();
  }
  end();
}

// --- the legs -------------------------------------------------------------------------------------------------------

// Bytes that the exchange does not use now wait. The leg is not read meanwhile, which bounds them to one read.
void ProxySession::onRead(Leg& leg, std::span<char> bytes) {
  const std::string_view text(bytes.data(), bytes.size());
  if (life_ == Life::lingering) return;
  if (&leg == &origin_) return exchange_.fromOrigin(text, now());
  if (life_ == Life::serving && exchange_.takesClient()) return exchange_.fromClient(text, now());
  clientRest_ = text;
  exchange_.clientRestMoved(clientRest_);
}

void ProxySession::onEnded(Leg& leg) {
  if (life_ == Life::lingering) return end();
  if (&leg == &client_) return exchange_.clientEnded(now());  // reading goes on: a reset may follow
  origin_.hold(true);
  exchange_.originEnded(now());
}

void ProxySession::onBroken(Leg& leg, int errnum) {
  if (life_ == Life::lingering) return end();
  &leg == &client_ ? clientBroken() : originBroken(errnum);
}

void ProxySession::onReset(Leg& leg) {
  if (&leg == &client_ && (life_ == Life::serving || life_ == Life::finishing)) clientBroken();
}

void ProxySession::clientBroken() {
  if (life_ == Life::finishing) unfinished(Reason::client_reset, Side::client);
  client_.drop();
  exchange_.clientFailed(Reason::client_reset, now());
}

void ProxySession::originBroken(int errnum) {
  origin_.hold(true);
  exchange_.originBroken(Reason::connection_terminated, errnum, now());
}

void ProxySession::onTaken(Leg& leg) {
  exchange_.progressed(now());
  if (&leg == &client_ && life_ == Life::finishing && !leg.isFull()) finished();
}

// The answer of an origin that takes nothing more is still read.
void ProxySession::onDeaf(Leg& leg) {
  exchange_.progressed(now());
  if (&leg == &client_) clientBroken();
}

std::uint64_t ProxySession::movable(const Leg& from) const {
  return life_ == Life::serving ? exchange_.movable(sideOf(from)) : 0;
}

void ProxySession::onMoved(Leg& from, std::uint64_t size) { exchange_.moved(sideOf(from), size, now()); }

// --- the dial -------------------------------------------------------------------------------------------------------

void ProxySession::onDialled(OriginDial::Outcome&& outcome) {
  takeOrigin(std::move(outcome));
  pump();
}

void ProxySession::takeOrigin(OriginDial::Outcome&& outcome) {
  if (const auto* failure = std::get_if<OriginDial::Failure>(&outcome))
    return exchange_.originFailed(failure->error, {failure->times.resolve, failure->times.connect}, now());
  auto& origin = std::get<OriginDial::Established>(outcome);
  origin_.open(std::move(origin.stream));
  origin.kept ? captureKept(origin.peer) : captureConnected(origin);
  exchange_.originReady(origin.peer, origin.kept, {origin.times.resolve, origin.times.connect}, now());
  if (origin.early.empty()) return;
  std::string& early = exchange_.takesOrigin() ? originRest_ : originEarly_;
  early = std::move(origin.early);
  if (exchange_.takesOrigin()) exchange_.fromOrigin(early, now());
}

OriginDialSink::Awaited ProxySession::awaited() const {
  if (life_ != Life::serving) return Awaited::nothing;
  if (exchange_.awaitsNewOrigin()) return Awaited::first_answer;
  return exchange_.mayReplay() && origin_.stream().unsent() > 0 ? Awaited::repeatable : Awaited::nothing;
}

void ProxySession::onForgotten() {
  originBroken(ETIMEDOUT);
  pump();
}

// --- from inputs to actions -----------------------------------------------------------------------------------------

// Does what the exchange wants until it waits for input, then writes what was gathered: head and content of one round
// leave by one write for each side. What is too much for one turn is done in the next.
void ProxySession::pump() {
  if (life_ == Life::serving) act();
  if (life_ == Life::over) return;
  countTraffic(exchange_.record(), counters());
  updateReading();
  setDeadline();
}

void ProxySession::act() {
  // A pipeline of small requests, or chunks of one byte, must not hold up the other sessions of the loop.
  constexpr int kTurn = 1024;
  constexpr int kExchange = 512;  // what an answer of our own costs beside an action that passes bytes on
  int left = kTurn;
  do {
    while (left > 0 || exchange_.hasActions()) {  // what is handed out refers to bytes of this round
      const Action action = exchange_.next();
      if (action.kind == Action::Kind::none) break;
      left -= action.kind == Action::Kind::finished ? kExchange : 1;
      perform(action);
      if (life_ != Life::serving) break;
    }
    if (life_ == Life::over || life_ == Life::lingering) return;
    flushOrigin();
    flushClient();
    keepRest();
    if (left <= 0 && life_ == Life::serving) return client_.askForTurn();
    // A flush that failed is a new input.
  } while (life_ == Life::serving && exchange_.hasActions());
}

// --- deadlines ------------------------------------------------------------------------------------------------------

void ProxySession::setDeadline() {
  switch (life_) {
    case Life::serving:
      if (const auto at = exchange_.deadline()) {
        context_.deadlines.set(*this, exchange_.idle() ? *at : std::min(*at, nextLook()));
      }
      return;
    case Life::finishing: return context_.deadlines.set(*this, std::min(finishingDeadline(), nextLook()));
    case Life::lingering: return context_.deadlines.set(*this, lingerUntil_);
    case Life::over: return;
  }
}

// Often enough to tell a slow peer from a dead one well before its time is over.
MonoTime ProxySession::nextLook() const { return now() + listener_->settings.body_timeout / 4; }

bool ProxySession::peersTake() {
  const bool client = client_.peerTook();
  const bool origin = origin_.peerTook();
  return client || origin;
}

MonoTime ProxySession::finishingDeadline() const {
  const MonoTime phase = exchange_.lastProgress() + listener_->settings.body_timeout;
  return std::min(phase, exchange_.totalDeadline().value_or(phase));
}

void ProxySession::onDeadline(MonoTime at) {
  if (life_ == Life::lingering) return lingerOn(at);
  if (!exchange_.idle() && peersTake()) exchange_.progressed(at);
  if (life_ == Life::finishing) {
    if (finishingDeadline() > at) return setDeadline();
    const auto all = exchange_.totalDeadline();
    unfinished(all && *all <= at ? Reason::exchange_timeout : Reason::client_write_timeout, Side::client);
    client_.reset();
    return end();
  }
  const auto due = exchange_.deadline();
  if (!due || *due > at) return setDeadline();
  std::optional<Side> blocked;
  if (client_.isFull())
    blocked = Side::client;
  else if (origin_.isFull())
    blocked = Side::origin;
  if (blocked == Side::client) client_.drop();  // it will not be taken
  exchange_.deadlinePassed(blocked, at);
  pump();
}

}  // namespace megaphone::server
