// Exchange: the answer, from the origin's bytes to the client's, and its failures.
#include "megaphone/http/writer.h"
#include "megaphone/proxy/exchange.h"
#include "megaphone/proxy/forwarding.h"
#include "origin_terms.h"

namespace megaphone::proxy {
namespace {

using http::ParserEvent;
using Kind = http::BodyFraming::Kind;

// An origin may send interim answers for hours; more than this, over the time since it got the request, is a flood.
constexpr std::int64_t kInterimsAtOnce = 100;
constexpr std::int64_t kInterimsPerSecond = 50;

// Returns whether an answer without a body may be followed by one nevertheless: some origins send content after 1xx or
// 204, and contradictory framing fields may mean anything.
bool mayHaveContentBehind(const http::ResponseHead& head, const Result<http::BodyFraming>& stated) {
  if (!stated) return true;
  if (head.status >= 200 && head.status != 204) return false;
  return stated->kind == Kind::chunked || stated->length > 0;
}

// Returns the framing that an answer without a body describes: for HEAD and 304 the length of the representation (RFC
// 9110 section 8.6).
http::BodyFraming describedContent(const http::ResponseHead& head, const Result<http::BodyFraming>& stated) {
  const bool describes = head.status >= 200 && head.status != 204 && stated && stated->kind == Kind::length;
  return describes ? *stated : http::BodyFraming{};
}

}  // namespace

bool Exchange::stepOrigin() {
  if (!originFed_ || !takesOrigin()) return false;
  switch (answers_.next()) {
    case ParserEvent::need_data: originFed_ = false; return false;
    case ParserEvent::head: takeAnswerHead(); return true;
    case ParserEvent::body: takeAnswerContent(answers_.body()); return true;
    case ParserEvent::trailers: appendTrailers(answerTrailers_, answers_.trailers(), answerOptions_); return true;
    case ParserEvent::end: takeAnswerEnd(); return true;
    case ParserEvent::error: takeOriginError(answers_.error()); return true;
  }
  return false;
}

void Exchange::takeAnswerHead() {
  progress_ = now_;
  const http::ResponseHead& head = answers_.head();
  if (isLate(head)) return takeLoss({Reason::connection_terminated, Side::origin, 0, "connection to " + target_.key});
  holds_ = false;
  if (!listsAreSound(head.fields, ConnectionOptions::with_values)) {
    return takeOriginError(
        {Reason::http_protocol_error, Side::origin, 0, "Connection or Upgrade is not a list of a few tokens"});
  }
  AnswerShape shape;
  if (answers_.framing().kind == Kind::none) {
    const auto stated = http::statedFraming(head);
    originKeeps_ = originKeeps_ && !mayHaveContentBehind(head, stated);
    shape.framing = describedContent(head, stated);
  }
  shape.offersLogin = offersConnectionLogin(head.fields);
  if (shape.offersLogin || namesConnectionLogin(head.fields)) originBond_ = Bond::login;
  if (head.interim()) return takeInterimAnswer();
  if (head.status == 101) return takeProtocolChange();
  takeFinalHead(shape);
}

void Exchange::takeFinalHead(AnswerShape shape) {
  const http::ResponseHead& head = answers_.head();
  record_.status = head.status;
  record_.first_byte = lap();
  const http::BodyFraming framing = answers_.framing();
  originLasts_ = keepAliveTime(head.fields);
  originKeeps_ = originKeeps_ && originPersists(head) && originLasts_ > Duration::zero() &&
                 framing.kind != Kind::until_close && originHasRequest();

  // A body without a length is chunked for HTTP/1.1 clients, so that its end is certain.
  answerFraming_ = framing;
  if (framing.kind == Kind::chunked || framing.kind == Kind::until_close) {
    answerFraming_.kind = facts_.version == http::Version::http11 ? Kind::chunked : Kind::until_close;
  }
  // While the request's content still comes, the connection cannot be promised to live.
  lastOnClient_ |= stopping_ || request_ == Request::body || answerFraming_.kind == Kind::until_close;

  answerTrailers_.clear();
  if (framing.kind == Kind::chunked) answerOptions_ = connectionOptions(head.fields);
  clientHead_.clear();
  if (framing.kind != Kind::none) shape.framing = answerFraming_;
  shape.close = lastOnClient_;
  shape.date = environment_.date();
  appendClientHead(clientHead_, head, shape, policy_->forwarding);
  move(request_, Answer::body);
  push(Action::Kind::send_client, clientHead_);
}

// An origin that answers before it has the whole request, or before it has asked for content that waits for that, may
// take the content for the next request.
bool Exchange::originHasRequest() const { return requestEnded_ && (!facts_.expects || continued_); }

void Exchange::takeInterimAnswer() {
  continued_ |= answers_.head().status == 100;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now_ - askedSince_).count();
  if (++interims_ > kInterimsAtOnce + kInterimsPerSecond * seconds) {
    return takeOriginError({Reason::http_protocol_error, Side::origin, 0, "there are too many interim answers"});
  }
  if (facts_.version == http::Version::http10) return;  // RFC 9110 section 15.2
  clientHead_.clear();
  appendClientHead(clientHead_, answers_.head(), {}, policy_->forwarding);
  push(Action::Kind::send_client, clientHead_);
}

// After 101 both sides use the other protocol (RFC 9110 section 7.8): bytes of the origin that followed go with the
// head, those of the client are in clientRest().
void Exchange::takeProtocolChange() {
  const http::ResponseHead& head = answers_.head();
  std::string_view wrong;
  if (facts_.offer.empty()) {
    wrong = "the origin changed the protocol unasked";
  } else if (!requestEnded_) {
    wrong = "the origin changed the protocol before the request was whole";
  } else if (!acceptsOffer(head, facts_.offer)) {
    wrong = "the origin changed to a protocol that the client has not offered";
  }
  if (!wrong.empty()) return takeOriginError({Reason::http_upgrade_failed, Side::origin, 0, std::string(wrong)});
  record_.status = head.status;
  record_.first_byte = lap();
  record_.total = now_ - began_;  // the tunnel adds its own
  clientHead_.clear();
  appendClientHead(clientHead_, head, {.upgrades = true}, policy_->forwarding);
  originOpen_ = false;
  move(Request::closed, Answer::none);
  push(Action::Kind::send_client, clientHead_, answers_.rest());
  push(Action::Kind::begin_tunnel);
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
  const bool lost = error.reason == Reason::connection_terminated && record_.origin_reused && !answers_.begun();
  if (lost) return takeLoss(error);
  fail(error);
}

// Returns whether this is a 408 for a connection that was idle for too long, which crossed the request on its way (RFC
// 9110 section 15.5.9). A 408 may be meant for a request that is not sent completely.
bool Exchange::isLate(const http::ResponseHead& head) const {
  return head.status == 408 && record_.origin_reused && interims_ == 0 && (holds_ || requestEnded_);
}

void Exchange::takeLoss(const Error& error) {
  if (!replay()) fail({Reason::kept_connection_lost, error.side, error.errnum, error.context});
}

// A kept connection may have been closed by the origin just as we used it (RFC 9112 section 9.3.1). If the request may
// be repeated, nothing of an answer has come and all that was sent is held, it goes out once more, on a new connection.
bool Exchange::replay() {
  if (!holds_) return false;
  letOriginGo(false);
  reuse_ = Reuse::none;
  originOpen_ = true;
  originFed_ = false;
  move(Request::connecting, Answer::none);
  push(Action::Kind::connect);
  return true;
}

}  // namespace megaphone::proxy
