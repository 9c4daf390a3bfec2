#include "megaphone/proxy/exchange.h"

#include <cassert>

// The two axes and what may stand beside what.
//
//   request:  head -> judging -> connecting -> body -> done -> (the next head)
//   answer:   none ......................... awaited -> body -> done
//   closed: nothing more happens on this connection
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
using Kind = http::BodyFraming::Kind;

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

Exchange::Exchange(const ExchangePolicy& policy, IdSource& ids, MonoTime now)
    : policy_(policy), ids_(ids), requests_(policy.limits), answers_(policy.limits), now_(now) {
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
  originFed_ = requestEnded_ = contentSent_ = originKeeps_ = mayReuse_ = beginsNext_ = false;
  facts_ = {};
  answerFraming_ = {};
  progress_ = now_;
  request_ = Request::head;
  answer_ = Answer::none;
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
  } else if (request_ == Request::head || request_ == Request::body || contentIsMissing()) {
    abandon(Reason::client_closed, Side::client);
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
  mayReuse_ = !isConnect();
  lap();
  originOpen_ = true;
  move(Request::connecting, Answer::none);
  push(Action::Kind::connect);
}

void Exchange::refuse(const Error& error, MonoTime now) {
  now_ = now;
  fail(error);
}

void Exchange::serveHome(const Endpoint& proxy, MonoTime now) {
  now_ = now;
  answerOurselves(nullptr, &proxy);
}

void Exchange::originReady(const Endpoint& peer, bool reused, const ConnectTimes& times, MonoTime now) {
  assert(request_ == Request::connecting);
  now_ = progress_ = lapStart_ = now;
  record_.origin = peer;
  record_.origin_reused = reused;
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
  move(requestEnded_ ? Request::done : Request::body, Answer::awaited);
  push(Action::Kind::send_origin, originHead_);
}

void Exchange::originFailed(const Error& error, const ConnectTimes& times, MonoTime now) {
  assert(request_ == Request::connecting);
  now_ = now;
  record_.resolve = times.resolve;
  record_.connect = times.connect;
  originOpen_ = false;
  fail(error);
}

void Exchange::fromOrigin(std::string_view bytes, MonoTime now) {
  now_ = now;
  if (answer_ == Answer::body) progress_ = now;  // a head that comes byte by byte gains no time
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

void Exchange::progressed(MonoTime now) { progress_ = now; }

void Exchange::deadlinePassed(std::optional<Side> blocked, MonoTime now) {
  now_ = now;
  if (!deadline()) return;
  if (request_ == Request::head) {
    if (requests_.begun()) return fail({Reason::request_head_timeout, Side::client, 0, {}});
    return closeIdle();
  }
  if (blocked == Side::client) {
    cut(Reason::client_write_timeout, Side::client, {});
  } else if (blocked == Side::origin) {
    takeOriginError({Reason::connection_write_timeout, Side::origin, 0, target_.key});
  } else if (answer_ == Answer::body) {
    cut(Reason::response_body_timeout, Side::origin, target_.key);
  } else if (request_ == Request::body) {
    fail({Reason::request_body_timeout, Side::client, 0, {}});
  } else {
    fail({Reason::http_response_timeout, Side::origin, 0, target_.key});
  }
}

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

// Before the connection to the origin is there no content is used; what has come of it waits in the client's rest.
bool Exchange::contentIsMissing() const {
  return (request_ == Request::judging || request_ == Request::connecting) && facts_.framing.hasContent();
}

bool Exchange::requestIsWhole() const {
  if (requestEnded_ || !requests_.begun()) return true;
  return record_.head != record::kNever && !facts_.framing.hasContent();
}

bool Exchange::takesClient() const { return (request_ == Request::head || request_ == Request::body) && !beginsNext_; }

std::optional<MonoTime> Exchange::deadline() const {
  switch (request_) {
    case Request::head: return requests_.begun() ? began_ + policy_.headTimeout : progress_ + policy_.idleTimeout;
    case Request::judging:
    case Request::connecting: return std::nullopt;  // the connect has its own
    case Request::body: return progress_ + policy_.bodyTimeout;
    case Request::done: return progress_ + (answer_ == Answer::awaited ? policy_.responseTimeout : policy_.bodyTimeout);
    case Request::closed: return std::nullopt;
  }
  return std::nullopt;
}

bool Exchange::step() {
  if (beginsNext_) {
    begin();
    if (lastOnClient_ || stopping_) closeIdle();  // the client ended, or we stop, after the last answer was whole
    return true;
  }
  return stepClient() || stepOrigin();
}

// --- ends -----------------------------------------------------------------------------------------------------------

void Exchange::fail(const Error& error) {
  note(error);
  letOriginGo(false);
  answerOurselves(&error, nullptr);
}

void Exchange::answerOurselves(const Error* error, const Endpoint* home) {
  // Content that is still to come cannot be told from the next request without reading it all.
  if (!requestEnded_ && (facts_.framing.hasContent() || request_ == Request::head)) lastOnClient_ = true;
  // Neither can the bytes that a client sends early into the tunnel that it asks for.
  lastOnClient_ |= stopping_ || isConnect() || (error && statusFor(error->reason) == 0);
  const Asker asker{facts_.wantsHtml, facts_.kind == http::RequestKind::head, lastOnClient_, record_.id, policy_.tag};
  clientHead_.clear();
  if (error) {
    record_.status = statusFor(error->reason);
    if (record_.status != 0) appendErrorAnswer(clientHead_, *error, asker);
  } else {
    record_.status = 200;
    appendHomePage(clientHead_, *home, asker);
  }
  if (!clientHead_.empty()) push(Action::Kind::send_client, clientHead_);
  move(Request::done, Answer::done);
  finish();
}

// The answer's head is out: its end can only be shown by ending the connection before the promised end.
void Exchange::cut(Reason reason, Side by, std::string_view detail) {
  note({reason, by, 0, std::string(detail)});
  letOriginGo(false);
  const bool invisible = answerFraming_.kind == Kind::until_close;
  move(Request::closed, answer_);
  record_.total = now_ - began_;
  push(Action::Kind::finished);
  push(invisible || by == Side::client ? Action::Kind::reset_client : Action::Kind::close_client);
}

// Nobody is left to answer.
void Exchange::abandon(Reason reason, Side by) {
  if (by == Side::daemon && request_ != Request::closed && answer_ == Answer::body) return cut(reason, by, {});
  const bool begun = record_.id != 0;
  const bool finished = beginsNext_ || request_ == Request::closed;
  // The end of an answer may still be on its way when `finished` is handed out.
  if (begun && record_.reason == Reason::none) note({reason, by, 0, {}});
  if (request_ == Request::closed) return;
  letOriginGo(false);
  move(Request::closed, answer_);
  beginsNext_ = false;
  if (begun && !finished) {
    finish();
  } else {
    push(Action::Kind::close_client);
  }
}

// Between two exchanges there is nobody to tell and nothing to record.
void Exchange::closeIdle() {
  move(Request::closed, answer_);
  push(Action::Kind::close_client);
}

void Exchange::finishIfDone() {
  if (answer_ != Answer::done) return;
  // An answer that is whole before its request: what the client still sends is read and dropped after the end.
  if (request_ != Request::done) lastOnClient_ = true;
  letOriginGo(originKeeps_ && requestEnded_ && answers_.rest().empty());
  finish();
}

void Exchange::finish() {
  record_.total = now_ - began_;
  push(Action::Kind::finished);
  if (lastOnClient_ || stopping_ || request_ == Request::closed) {
    move(Request::closed, answer_);
    push(Action::Kind::close_client);
  } else {
    beginsNext_ = true;
  }
}

void Exchange::note(const Error& error) {
  record_.reason = error.reason;
  record_.ended_by = error.side;
  record_.detail = error.errnum != 0 ? describe(error) : error.context;
}

void Exchange::letOriginGo(bool keep) {
  if (!originOpen_) return;
  originOpen_ = false;
  push(keep ? Action::Kind::keep_origin : Action::Kind::close_origin);
}

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
