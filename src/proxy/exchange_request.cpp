// The exchange's request: from the client's bytes to the origin's.
#include "megaphone/http/writer.h"
#include "megaphone/proxy/exchange.h"
#include "megaphone/proxy/forwarding.h"

namespace megaphone::proxy {
namespace {

using http::ParserEvent;
using Kind = http::BodyFraming::Kind;

bool isIdempotent(std::string_view method) {  // RFC 9110 section 9.2.2
  for (const std::string_view known : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}) {
    if (method == known) return true;
  }
  return false;
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

}  // namespace

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
    case ParserEvent::need_data:
      clientFed_ = false;
      if (stopping_ && idle()) closeIdle();  // an empty line was all
      return request_ == Request::closed;
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
  if (isConnect() && facts_.framing.hasContent()) {
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

}  // namespace megaphone::proxy
