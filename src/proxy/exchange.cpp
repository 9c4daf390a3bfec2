#include "megaphone/proxy/exchange.h"

#include <cassert>

#include "megaphone/proxy/forwarding.h"

// The two axes and what may stand beside what.
//
//   request:  head -> judging -> connecting -> body -> done -> (next exchange)      closed: nothing more on this
//   connection answer:   none ......................... awaited -> body -> done
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

using http::BodyFraming;
using http::ParserEvent;
using Kind = BodyFraming::Kind;

constexpr std::string_view kTunnelHead = "HTTP/1.1 200 Connection established\r\n\r\n";

bool isIdempotent(std::string_view method) {  // RFC 9110 section 9.2.2
  for (const std::string_view known : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}) {
    if (method == known) return true;
  }
  return false;
}

bool hasContent(const BodyFraming& framing) {
  return framing.kind == Kind::chunked || (framing.kind == Kind::length && framing.length > 0);
}

Error badRequest(std::string context) { return {Reason::http_request_error, Side::client, 0, std::move(context)}; }

// RFC 9112 section 3.2: exactly one valid Host in HTTP/1.1, at most one before.
bool hasRightHosts(const http::RequestHead& head) {
  const std::size_t count = head.fields.count("Host");
  if (count == 0) return head.version == http::Version::http10;
  return count == 1 && isHostValue(*head.fields.find("Host"));
}

bool acceptsHtml(const http::Fields& fields) {
  const auto* accept = fields.find("Accept");
  return accept && accept->find("text/html") != std::string_view::npos;
}

bool originPersists(const http::ResponseHead& head) {  // RFC 9112 section 9.3
  if (head.fields.lists("Connection", "close")) return false;
  return head.version == http::Version::http11 || head.fields.lists("Connection", "keep-alive");
}

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
  now_ = progress_ = now;
  requests_.feed(bytes);
  clientFed_ = true;
}

void Exchange::clientEnded(MonoTime now) {
  now_ = now;
  lastOnClient_ = true;
  if (request_ == Request::head && !requests_.begun()) {
    move(Request::closed, answer_);
    push(Action::Kind::close_client);
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

void Exchange::refuse(Error error, MonoTime now) {
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
    move(Request::closed, Answer::none);
    push(Action::Kind::send_client, kTunnelHead);
    push(Action::Kind::begin_tunnel);
    return;
  }
  answers_.expect(facts_.kind);
  move(requestEnded_ ? Request::done : Request::body, Answer::awaited);
  push(Action::Kind::send_origin, originHead_);
}

void Exchange::originFailed(Error error, const ConnectTimes& times, MonoTime now) {
  assert(request_ == Request::connecting);
  now_ = now;
  record_.resolve = times.resolve;
  record_.connect = times.connect;
  originOpen_ = false;
  fail(error);
}

void Exchange::fromOrigin(std::string_view bytes, MonoTime now) {
  now_ = progress_ = now;
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
    if (requests_.begun()) {
      fail({Reason::request_head_timeout, Side::client, 0, {}});
    } else {
      move(Request::closed, answer_);
      push(Action::Kind::close_client);
    }
    return;
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
  if (!idle()) return;
  move(Request::closed, answer_);
  push(Action::Kind::close_client);
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
  return (request_ == Request::judging || request_ == Request::connecting) && hasContent(facts_.framing);
}

bool Exchange::requestIsWhole() const {
  if (requestEnded_ || !requests_.begun()) return true;
  return record_.head != record::kNever && !hasContent(facts_.framing);
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

// --- the request ----------------------------------------------------------------------------------------------------

bool Exchange::step() {
  if (beginsNext_) {
    begin();
    if (lastOnClient_ || stopping_) {  // the client ended, or we were told to stop, after the last answer was whole
      move(Request::closed, answer_);
      push(Action::Kind::close_client);
    }
    return true;
  }
  return stepClient() || stepOrigin();
}

bool Exchange::stepClient() {
  if (!clientFed_ || !takesClient()) return false;
  const std::size_t before = requests_.rest().size();
  const ParserEvent event = requests_.next();
  record_.client_in += before - requests_.rest().size();
  if (record_.id == 0 && (requests_.begun() || event == ParserEvent::error)) {
    record_.id = ids_.next();
    record_.client_request = ++requestCount_;
    began_ = lapStart_ = now_;
  }
  switch (event) {
    case ParserEvent::need_data: clientFed_ = false; return false;
    case ParserEvent::head: takeRequestHead(); return true;
    case ParserEvent::body: takeRequestContent(requests_.body()); return true;
    case ParserEvent::trailers: appendTrailers(requestTrailers_, requests_.trailers()); return true;
    case ParserEvent::end: takeRequestEnd(); return true;
    case ParserEvent::error:
      lastOnClient_ = true;
      if (answer_ == Answer::body || answer_ == Answer::done) {
        cut(requests_.error().reason, Side::client, requests_.error().context);
      } else {
        fail(requests_.error());
      }
      return true;
  }
  return false;
}

void Exchange::takeRequestHead() {
  const http::RequestHead& head = requests_.head();
  record_.method = head.method;
  record_.target = head.target;
  record_.head = lap();
  requestTrailers_.clear();

  facts_.version = head.version;
  facts_.framing = requests_.framing();
  facts_.kind = head.method == "CONNECT" ? http::RequestKind::connect
                : head.method == "HEAD"  ? http::RequestKind::head
                                         : http::RequestKind::ordinary;
  if (isConnect()) record_.kind = record::Kind::connect;
  if (isConnect()) record_.kind = record::Kind::connect;
  facts_.idempotent = isIdempotent(head.method);
  facts_.wantsHtml = acceptsHtml(head.fields);
  // A proxy keeps no connection with an HTTP/1.0 client (RFC 9112 section 9.3).
  lastOnClient_ |= head.version == http::Version::http10 || head.fields.lists("Connection", "close");

  move(Request::judging, Answer::none);
  const Result<void> read = target_.read(head.method, head.target);
  if (!read) {
    lastOnClient_ = true;
    return fail(read.error());
  }
  if (!hasRightHosts(head)) {
    lastOnClient_ = true;
    return fail(badRequest("the request must have exactly one Host field, with a host and perhaps a port"));
  }
  if (isConnect() && hasContent(facts_.framing)) {
    lastOnClient_ = true;
    return fail(badRequest("a CONNECT request has no body"));
  }
  if (passedThrough(head.fields, policy_.tag)) {
    return fail({Reason::proxy_loop_detected, Side::daemon, 0, "the Via field names this proxy"});
  }
  // Now, for the head's bytes need not outlive this round, and the verdict may.
  originHead_.clear();
  if (!isConnect()) appendOriginHead(originHead_, head, target_, facts_.framing, policy_.tag);
  push(Action::Kind::judge);
}

void Exchange::takeRequestContent(std::string_view content) {
  contentSent_ = true;
  if (facts_.framing.kind == Kind::chunked) {
    chunkLine_.emplace(content.size());
    push(Action::Kind::send_origin, chunkLine_->view(), content, http::kChunkEnd);
  } else {
    push(Action::Kind::send_origin, {}, content);
  }
}

void Exchange::takeRequestEnd() {
  requestEnded_ = true;
  progress_ = now_;
  if (facts_.framing.kind == Kind::chunked) {
    contentSent_ = true;
    requestTrailers_.insert(0, http::kLastChunk);
    http::appendEndOfHead(requestTrailers_);
    push(Action::Kind::send_origin, requestTrailers_);
  }
  move(Request::done, answer_);
  finishIfDone();
}

// --- the answer -----------------------------------------------------------------------------------------------------

bool Exchange::stepOrigin() {
  if (!originFed_ || !takesOrigin()) return false;
  switch (answers_.next()) {
    case ParserEvent::need_data: originFed_ = false; return false;
    case ParserEvent::head: takeAnswerHead(); return true;
    case ParserEvent::body: takeAnswerContent(answers_.body()); return true;
    case ParserEvent::trailers: appendTrailers(answerTrailers_, answers_.trailers()); return true;
    case ParserEvent::end: takeAnswerEnd(); return true;
    case ParserEvent::error: takeOriginError(answers_.error()); return true;
  }
  return false;
}

void Exchange::takeAnswerHead() {
  const http::ResponseHead& head = answers_.head();
  if (head.interim()) return takeInterimAnswer();
  if (head.status == 101) {  // we never ask for another protocol
    return takeOriginError({Reason::http_upgrade_failed, Side::origin, 0, "the origin changed the protocol unasked"});
  }
  record_.status = head.status;
  record_.first_byte = lap();
  const BodyFraming framing = answers_.framing();
  originKeeps_ = originPersists(head) && framing.kind != Kind::until_close;

  // A body without a length is chunked for those who know chunks, so that its end is certain.
  answerFraming_ = framing;
  if (framing.kind == Kind::chunked || framing.kind == Kind::until_close) {
    answerFraming_.kind = facts_.version == http::Version::http11 ? Kind::chunked : Kind::until_close;
  }
  // While the request's content still comes, the connection cannot be promised to live.
  lastOnClient_ |= stopping_ || request_ == Request::body || answerFraming_.kind == Kind::until_close;

  answerTrailers_.clear();
  clientHead_.clear();
  const bool bodiless = facts_.kind == http::RequestKind::head || head.status == 304;
  appendClientHead(clientHead_, head, {answerFraming_, lastOnClient_, bodiless}, policy_.tag);
  move(request_, Answer::body);
  push(Action::Kind::send_client, clientHead_);
}

void Exchange::takeInterimAnswer() {
  if (facts_.version == http::Version::http10) return;  // RFC 9110 section 15.2
  clientHead_.clear();
  appendClientHead(clientHead_, answers_.head(), {}, policy_.tag);
  push(Action::Kind::send_client, clientHead_);
}

void Exchange::takeAnswerContent(std::string_view content) {
  if (answerFraming_.kind == Kind::chunked) {
    chunkLine_.emplace(content.size());
    push(Action::Kind::send_client, chunkLine_->view(), content, http::kChunkEnd);
  } else {
    push(Action::Kind::send_client, {}, content);
  }
}

void Exchange::takeAnswerEnd() {
  if (answerFraming_.kind == Kind::chunked) {
    answerTrailers_.insert(0, http::kLastChunk);
    http::appendEndOfHead(answerTrailers_);
    push(Action::Kind::send_client, answerTrailers_);
  }
  move(request_, Answer::done);
  finishIfDone();
}

void Exchange::takeOriginError(const Error& error) {
  originKeeps_ = false;
  if (answer_ == Answer::body) return cut(error.reason, error.side, error.context);
  if (!answers_.begun() && replay()) return;
  fail(error);
}

// A kept connection may have been closed by the origin just as we used it (RFC 9112 section 9.3.1). If nothing of an
// answer has come and nothing is lost, the request goes out once more, on a new connection.
bool Exchange::replay() {
  if (!record_.origin_reused || !facts_.idempotent || contentSent_) return false;
  letOriginGo(false);
  mayReuse_ = false;
  originOpen_ = true;
  originFed_ = false;
  move(Request::connecting, Answer::none);
  push(Action::Kind::connect);
  return true;
}

// --- ends -----------------------------------------------------------------------------------------------------------

void Exchange::fail(const Error& error) {
  note(error);
  letOriginGo(false);
  answerOurselves(&error, nullptr);
}

void Exchange::answerOurselves(const Error* error, const Endpoint* home) {
  // Content that is still to come cannot be told from the next request without reading it all.
  if (!requestEnded_ && (hasContent(facts_.framing) || request_ == Request::head)) lastOnClient_ = true;
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
