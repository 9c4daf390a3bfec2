#include "megaphone/proxy/exchange.h"

#include <cassert>
#include <initializer_list>

#include "disclosable.h"

// The two axes and what may stand beside what.
//
//   request:  head -> judging -> connecting -> body -> done -> (the next head)
//   answer:   none ......................... awaited -> body -> done
//   closed: nothing more happens on this connection; or it is a tunnel's, after CONNECT or 101
//
//               | none  awaited  body  done
//   head        |  x
//   judging     |  x
//   connecting  |  x                              (again, when a kept connection died and the request is sent anew)
//   body        |         x       x     x         (the answer may come, and end, before the request has ended)
//   done        |         x       x     x
//   closed      |  x      x       x     x
namespace megaphone::proxy {
namespace {

using http::ParserEvent;

// Most memory that an idle connection keeps from the last exchange: enough for ordinary heads, so that the next
// exchanges allocate nothing.
constexpr std::size_t kKeptMemory = 3 * 1024;

// Frees the memory of the texts if they hold more than `most` together.
void forget(std::initializer_list<std::string*> texts, std::size_t most) {
  std::size_t held = 0;
  for (const std::string* text : texts) held += text->capacity();
  if (held <= most) return;
  for (std::string* text : texts) std::string().swap(*text);
}

constexpr std::string_view kTunnelHead = "HTTP/1.1 200 Connection established\r\n\r\n";

}  // namespace

bool Exchange::legal(Request request, Answer answer) {
  switch (request) {
    case Request::head:
    case Request::judging:
    case Request::connecting: return answer == Answer::none;
    case Request::body:
    case Request::done: return answer != Answer::none;
    case Request::closed: return true;
  }
  return false;
}

Exchange::Exchange(const ExchangePolicy& policy, Environment& environment, MonoTime now)
    : policy_(&policy), environment_(environment), requests_(policy.limits), answers_(policy.limits), now_(now) {
  begin();
}

void Exchange::begin() {
  const Endpoint client = record_.client;
  std::string listener = std::move(record_.listener);
  record_.clear();
  record_.client = client;
  record_.listener = std::move(listener);

  const std::string_view rest = requests_.rest();
  requests_.reset();
  requests_.feed(rest);
  clientFed_ = !rest.empty();
  originFed_ = requestEnded_ = contentBegun_ = continued_ = holds_ = originKeeps_ = beginsNext_ = false;
  reuse_ = Reuse::none;
  interims_ = 0;
  answers_.expect(http::RequestKind::ordinary);  // frees the head of the last answer
  forget({&held_, &clientHead_, &requestTrailers_, &answerTrailers_, &requestOptions_, &answerOptions_, &target_.host,
          &target_.authority, &target_.path, &target_.key},
         kKeptMemory);
  facts_ = {};
  answerFraming_ = {};
  progress_ = now_;
  request_ = Request::head;
  answer_ = Answer::none;
}

// A parser cannot change its limits, so it is replaced; between two messages it holds only unread input.
void Exchange::usePolicy(const ExchangePolicy& policy) {
  const bool sameLimits = policy.limits == policy_->limits;
  policy_ = &policy;
  if (sameLimits) return;
  const std::string_view rest = requests_.rest();
  requests_ = http::RequestParser(policy.limits);
  requests_.feed(rest);
  answers_ = http::ResponseParser(policy.limits);
}

// --- inputs ---------------------------------------------------------------------------------------------------------

void Exchange::fromClient(std::string_view bytes, MonoTime now) {
  assert(takesClient());
  now_ = now;
  if (request_ == Request::body) progress_ = now;  // a head, and empty lines before it, gain no time
  requests_.feed(bytes);
  clientFed_ = true;
}

void Exchange::clientRestMoved(std::string_view bytes) {
  requests_.feed(bytes);
  clientFed_ |= !bytes.empty();
}

void Exchange::clientEnded(MonoTime now) {
  now_ = now;
  lastOnClient_ = true;
  if (request_ == Request::head && !requests_.begun()) {
    closeIdle();
  } else if (request_ == Request::head || contentIsMissing()) {
    abandon(Reason::client_closed, Side::client);
  } else if (request_ != Request::closed && answer_ != Answer::done) {
    record_.client_ended = now - began_;
    if (policy_->endsWithClient) abandon(Reason::client_closed, Side::client);
  }
}

void Exchange::clientFailed(Reason reason, MonoTime now) {
  now_ = now;
  abandon(reason, Side::client);
}

void Exchange::abort(Reason reason, MonoTime now) {
  now_ = now;
  abandon(reason, Side::daemon);
}

void Exchange::allowed(MonoTime now) {
  assert(request_ == Request::judging);
  now_ = now;
  reuse_ = isConnect() ? Reuse::none : facts_.idempotent ? Reuse::any : Reuse::recent;
  lap();
  originOpen_ = true;
  move(Request::connecting, Answer::none);
  push(Action::Kind::connect);
}

void Exchange::refuse(const Error& error, MonoTime now) {
  now_ = now;
  fail(error);
}

void Exchange::originReady(const Endpoint& peer, std::optional<Bond> kept, const ConnectTimes& times, MonoTime now) {
  assert(request_ == Request::connecting);
  now_ = progress_ = lapStart_ = askedSince_ = now;
  record_.origin = peer;
  record_.origin_reused = kept.has_value();
  record_.resolve = times.resolve;
  record_.connect = times.connect;
  if (isConnect()) {
    record_.status = 200;
    record_.total = now_ - began_;  // the tunnel adds its own
    move(Request::closed, Answer::none);
    push(Action::Kind::send_client, kTunnelHead);
    push(Action::Kind::begin_tunnel);
    return;
  }
  answers_.expect(facts_.kind);
  originKeeps_ = true;
  move(requestEnded_ ? Request::done : Request::body, Answer::awaited);
  originBond_ = std::max(kept.value_or(Bond::none), bondOfRequest());
  originLasts_ = Duration::max();
  holds_ = record_.origin_reused && facts_.idempotent;
  push(Action::Kind::send_origin, held_);
}

void Exchange::originFailed(const Error& error, const ConnectTimes& times, MonoTime now) {
  assert(request_ == Request::connecting);
  now_ = now;
  record_.resolve = times.resolve;
  record_.connect = times.connect;
  originOpen_ = false;
  const bool late = error.reason == Reason::connection_timeout || error.reason == Reason::dns_timeout;
  if (!late || error.errnum != 0 || now_ - lapStart_ < policy_->connectTimeout) return fail(error);
  const std::string what = error.context + (error.context.empty() ? "not done" : ": not done");
  fail({error.reason, error.side, 0, notWithin(what, policy_->connectTimeout, "connect_timeout")});
}

void Exchange::fromOrigin(std::string_view bytes, MonoTime now) {
  now_ = now;
  if (answer_ == Answer::body) progress_ = now;  // a slow head gains no time
  record_.origin_in += bytes.size();
  answers_.feed(bytes);
  originFed_ = true;
}

void Exchange::originEnded(MonoTime now) {
  now_ = now;
  if (!takesOrigin()) return;
  originKeeps_ = false;
  if (answers_.finish() == ParserEvent::end)
    takeAnswerEnd();
  else
    takeOriginError(answers_.error());
}

void Exchange::originBroken(Reason reason, int errnum, MonoTime now) {
  now_ = now;
  if (!takesOrigin()) return;
  takeOriginError({reason, Side::origin, errnum, "connection to " + target_.key});
}

void Exchange::moved(Side from, std::uint64_t size, MonoTime now) {
  assert(size <= movable(from));
  now_ = progress_ = now;
  if (from == Side::origin) {
    record_.origin_in += size;
    record_.client_out += size;
    answers_.skipContent(size);
    originFed_ = true;
  } else {
    record_.client_in += size;
    record_.origin_out += size;
    requests_.skipContent(size);
    clientFed_ = true;
  }
}

void Exchange::progressed(MonoTime now) { now_ = progress_ = now; }

void Exchange::stop(MonoTime now) {
  now_ = now;
  stopping_ = true;
  if (idle()) closeIdle();
}

// --- outputs --------------------------------------------------------------------------------------------------------

Action Exchange::next() {
  while (queueSize_ == 0 && step()) {
  }
  if (queueSize_ == 0) return {};
  const Action action = queue_[queueHead_];
  queueHead_ = (queueHead_ + 1) % kQueue;
  --queueSize_;
  return action;
}

bool Exchange::takesOrigin() const {
  return request_ != Request::closed && (answer_ == Answer::awaited || answer_ == Answer::body);
}

bool Exchange::awaitsNewOrigin() const {
  return takesOrigin() && answer_ == Answer::awaited && !record_.origin_reused && interims_ == 0;
}

std::uint64_t Exchange::movable(Side from) const {
  if (hasActions() || request_ == Request::closed) return 0;
  if (from == Side::origin) return answer_ == Answer::body && !originFed_ ? answers_.contentLeft() : 0;
  return request_ == Request::body && !clientFed_ && !holds_ ? requests_.contentLeft() : 0;
}

// A final answer that has begun does not wait for the rest of its request. Before the origin is connected no content is
// used: it waits in clientRest().
bool Exchange::contentIsMissing() const {
  if (request_ == Request::body) return answer_ != Answer::body;
  return (request_ == Request::judging || request_ == Request::connecting) && facts_.framing.hasContent() &&
         !requestEnded_;
}

bool Exchange::mayCloseAtOnce(bool mayHaveMore) const {
  constexpr std::uint64_t kShort = 14 * 1024;  // leaves in one round trip (RFC 6928): before our reset could follow it
  if (mayHaveMore || !clientRest().empty() || lastAnswerSize_ > kShort) return false;
  if (requestEnded_ || !requests_.begun()) return true;
  return record_.head != record::kNever && !facts_.framing.hasContent();
}

std::optional<MonoTime> Exchange::idleSince(MonoTime now) const {
  constexpr Duration kAboutToAsk = std::chrono::seconds(2);
  if (!idle() || (lastAnswerSize_ == 0 && progress_ + kAboutToAsk > now)) return std::nullopt;
  return progress_;
}

bool Exchange::takesClient() const { return (request_ == Request::head || request_ == Request::body) && !beginsNext_; }

bool Exchange::step() {
  if (beginsNext_) {
    begin();
    if (lastOnClient_ || stopping_) closeIdle();  // the client ended, or we stop, after the last answer was whole
    return true;
  }
  return stepClient() || stepOrigin();
}

// --- inside ---------------------------------------------------------------------------------------------------------

void Exchange::move(Request request, Answer answer) {
  assert(legal(request, answer));
  request_ = request;
  answer_ = answer;
}

void Exchange::push(Action::Kind kind, std::string_view before, std::string_view content, std::string_view after) {
  assert(queueSize_ < kQueue);
  const std::size_t size = before.size() + content.size() + after.size();
  if (kind == Action::Kind::send_client) record_.client_out += size;
  if (kind == Action::Kind::send_origin) record_.origin_out += size;
  queue_[(queueHead_ + queueSize_++) % kQueue] = {kind, before, content, after};
}

Duration Exchange::lap() {
  const Duration passed = now_ - lapStart_;
  lapStart_ = now_;
  return passed;
}

}  // namespace megaphone::proxy
