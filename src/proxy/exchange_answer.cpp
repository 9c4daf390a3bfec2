// The exchange's answer: from the origin's bytes to the client's, and what happens when they fail to come.
#include "megaphone/http/writer.h"
#include "megaphone/proxy/exchange.h"
#include "megaphone/proxy/forwarding.h"

namespace megaphone::proxy {
namespace {

using http::ParserEvent;
using Kind = http::BodyFraming::Kind;

bool originPersists(const http::ResponseHead& head) {  // RFC 9112 section 9.3
  if (head.fields.lists("Connection", "close")) return false;
  return head.version == http::Version::http11 || head.fields.lists("Connection", "keep-alive");
}

}  // namespace

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
  progress_ = now_;
  const http::ResponseHead& head = answers_.head();
  if (head.interim()) return takeInterimAnswer();
  if (head.status == 101) {  // we never ask for another protocol
    return takeOriginError({Reason::http_upgrade_failed, Side::origin, 0, "the origin changed the protocol unasked"});
  }
  record_.status = head.status;
  record_.first_byte = lap();
  const http::BodyFraming framing = answers_.framing();
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

}  // namespace megaphone::proxy
