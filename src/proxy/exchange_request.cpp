// Exchange: the request, from the client's bytes to the origin's.
#include "megaphone/base/shown_url.h"
#include "megaphone/http/writer.h"
#include "megaphone/proxy/exchange.h"
#include "megaphone/proxy/forwarding.h"
#include "origin_terms.h"

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

// Returns whether Host is as RFC 9112 section 3.2 requires: exactly one valid in HTTP/1.1, at most one before.
bool hasRightHosts(const http::RequestHead& head) {
  const std::string_view* host = head.fields.find("Host");
  if (!host) return head.version == http::Version::http10;
  return head.fields.count("Host") == 1 && (isHostValue(*host) || repeatsUserInformation(*host, head.target));
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
    record_.id = environment_.nextId();
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
    case ParserEvent::trailers: appendTrailers(requestTrailers_, requests_.trailers(), requestOptions_); return true;
    case ParserEvent::end: takeRequestEnd(); return true;
    case ParserEvent::error:
      lastOnClient_ = true;
      record_.client_in += requests_.rest().size();
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
  appendShownUrl(record_.target, head.target);
  record_.http10 = head.version == http::Version::http10;
  record_.head = lap();
  noteBrowser(head.fields);
  learnFacts(head);
  move(Request::judging, Answer::none);
  if (const auto read = readRequest(head); !read) {
    lastOnClient_ = true;
    return fail(read.error());
  }
  if (passedThrough(head.fields, policy_->forwarding.tag)) {
    return fail({Reason::proxy_loop_detected, Side::daemon, 0, "the Via field names this proxy"});
  }
  if (!expectationsAreKnown(head)) {
    return fail({Reason::request_expectation_failed, Side::client, 0, "only 100-continue can be expected"});
  }
  prepareForwarding(head);
  push(Action::Kind::judge);
}

void Exchange::noteBrowser(const http::Fields& fields) {
  const auto* referer = policy_->notesReferer ? fields.find("Referer") : nullptr;
  const auto* agent = policy_->notesAgent ? fields.find("User-Agent") : nullptr;
  if (referer) appendShownUrl(record_.referer, *referer);
  if (agent) record_.user_agent = *agent;
}

void Exchange::learnFacts(const http::RequestHead& head) {
  facts_.version = head.version;
  facts_.framing = requests_.framing();
  requestTrailers_.clear();
  if (facts_.framing.kind == Kind::chunked) requestOptions_ = connectionOptions(head.fields);
  facts_.kind = head.method == "CONNECT" ? http::RequestKind::connect
                : head.method == "HEAD"  ? http::RequestKind::head
                                         : http::RequestKind::ordinary;
  if (isConnect()) record_.kind = record::Kind::connect;
  facts_.idempotent = isIdempotent(head.method);
  facts_.wantsHtml = acceptsHtml(head.fields);
  facts_.offer = isConnect() ? std::string() : upgradeOffer(head);
  facts_.expects = facts_.framing.hasContent() && head.version == http::Version::http11 && head.fields.find("Expect");
  facts_.logsIn = namesConnectionLogin(head.fields);
  // A proxy keeps no connection with an HTTP/1.0 client (RFC 9112 section 9.3). Proxy-Connection is not a standard, but
  // clients that send close there wait for the end.
  lastOnClient_ |= head.version == http::Version::http10 || head.fields.lists("Connection", "close") ||
                   head.fields.lists("Proxy-Connection", "close");
}

// An origin that ignores content, or an upgrade offer, may read what follows as the next request.
Bond Exchange::bondOfRequest() const {
  if (facts_.logsIn) return Bond::login;
  return facts_.framing.hasContent() || !facts_.offer.empty() ? Bond::session : Bond::none;
}

// Reads the head. After any error here the boundaries of the client's messages are uncertain.
Result<void> Exchange::readRequest(const http::RequestHead& head) {
  if (auto read = target_.read(head.method, head.target); !read) return read;
  if (!hasRightHosts(head)) {
    return badRequest("the request must have exactly one Host field, with a host and perhaps a port");
  }
  if (facts_.framing.hasContent() && (isConnect() || head.method == "TRACE")) {
    return badRequest("a " + std::string(head.method) + " request has no body");
  }
  if (!listsAreSound(head.fields, ConnectionOptions::tokens))
    return badRequest("Connection or Upgrade is not a list of a few tokens");
  const auto most = maxForwards(head);
  if (!most) return most.error();
  facts_.maxForwards = *most;
  using Form = Target::Form;
  facts_.forUs = target_.form == Form::origin || target_.form == Form::asterisk || target_.host == kOwnName ||
                 facts_.maxForwards == 0U;
  const std::string_view* host = target_.form == Form::origin ? head.fields.find("Host") : nullptr;
  if (host && !host->empty()) {
    facts_.ourName = HostPort::parse(*host, 80);
    facts_.misdirected = !facts_.ourName;
  }
  return {};
}

// Done before the verdict: the head's bytes need not outlive this round.
void Exchange::prepareForwarding(const http::RequestHead& head) {
  held_.clear();
  heldContent_ = 0;
  if (isConnect()) return;
  if (!isForUs()) {
    const OriginShape shape{facts_.framing, facts_.offer, facts_.maxForwards, record_.client.address};
    appendOriginHead(held_, head, target_, shape, policy_->forwarding);
  } else if (head.method == "TRACE") {
    appendReflection(held_, head);
  }
}

void Exchange::takeRequestContent(std::string_view content) {
  contentBegun_ = true;
  if (facts_.framing.kind == Kind::chunked) {
    chunkLine_.emplace(content.size());
    sendOrigin(chunkLine_->view(), content, http::kChunkEnd);
  } else {
    sendOrigin({}, content);
  }
}

void Exchange::takeRequestEnd() {
  requestEnded_ = true;
  progress_ = now_;
  if (facts_.framing.hasContent() && answer_ == Answer::awaited) record_.upload = lap();
  if (facts_.framing.kind == Kind::chunked) {
    requestTrailers_.insert(0, http::kLastChunk);
    http::appendEndOfHead(requestTrailers_);
    sendOrigin(requestTrailers_);
  }
  move(Request::done, answer_);
  finishIfDone();
}

void Exchange::sendOrigin(std::string_view before, std::string_view content, std::string_view after) {
  const std::size_t size = before.size() + content.size() + after.size();
  holds_ = holds_ && heldContent_ + size <= policy_->replayBuffer;
  if (holds_) {
    heldContent_ += size;
    held_.append(before).append(content).append(after);
  }
  push(Action::Kind::send_origin, before, content, after);
}

}  // namespace megaphone::proxy
