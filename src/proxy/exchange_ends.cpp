// Exchange: its end, by an answer of our own, cut, abandoned, or complete.
#include "disclosable.h"
#include "megaphone/proxy/exchange.h"

namespace megaphone::proxy {

using Kind = http::BodyFraming::Kind;

void Exchange::fail(const Error& error) {
  note(error);
  letOriginGo(false);
  const int status = statusFor(error.reason);
  const Requester requester = beginOwnAnswer(status);
  if (status != 0) appendErrorAnswer(clientHead_, error, requester);
  endOwnAnswer();
}

Requester Exchange::beginOwnAnswer(int status) {
  record_.status = status;
  clientHead_.clear();
  // Content that is still to come cannot be told from the next request without reading it all.
  if (!requestEnded_ && (facts_.framing.hasContent() || request_ == Request::head)) lastOnClient_ = true;
  // Neither can the bytes that a client sends early into the tunnel that it asks for.
  lastOnClient_ |= stopping_ || isConnect() || status == 0;
  const bool asked = request_ != Request::head && record_.ended_by != Side::client;  // and by a sound request
  return {.wantsHtml = facts_.wantsHtml,
          .headOnly = facts_.kind == http::RequestKind::head,
          .close = lastOnClient_,
          .id = record_.id,
          .tag = policy_->forwarding.tag,
          .date = environment_.date(),
          .cannotRead = isConnect() && policy_->keepsFailures,
          .target = asked ? std::string_view(target_.key) : std::string_view(),
          .note = policy_->pageNote};
}

void Exchange::endOwnAnswer() {
  if (!clientHead_.empty()) push(Action::Kind::send_client, clientHead_);
  move(Request::done, Answer::done);
  finish();
}

namespace {

// A close must not look like the regular end of an answer. Bytes that an origin sent before it failed are delivered
// first; a client that does not take them, or is cut by us, gets no more.
Action::Kind endOfCut(bool invisible, Side by) {
  if (by == Side::client) return Action::Kind::reset_client;
  if (!invisible) return Action::Kind::close_client;
  return by == Side::origin ? Action::Kind::deliver_and_reset_client : Action::Kind::reset_client;
}

}  // namespace

// The answer's head is out: its end can only be shown by ending the connection before the promised end.
void Exchange::cut(Reason reason, Side by, std::string_view detail) {
  note({reason, by, 0, std::string(detail)});
  letOriginGo(false);
  const bool invisible = answerFraming_.kind == Kind::until_close;
  move(Request::closed, answer_);
  record_.total = now_ - began_;
  lastAnswerSize_ = record_.client_out;
  push(Action::Kind::finished);
  push(endOfCut(invisible, by));
}

// Ends without an answer.
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

// Between two exchanges there is nothing to answer and nothing to record.
void Exchange::closeIdle() {
  move(Request::closed, answer_);
  push(Action::Kind::close_client);
}

void Exchange::finishIfDone() {
  if (answer_ != Answer::done) return;
  // An answer that is whole before its request: what the client still sends is read and dropped after the end.
  if (request_ != Request::done) lastOnClient_ = true;
  letOriginGo(originKeeps_ && answers_.rest().empty());
  finish();
}

void Exchange::finish() {
  record_.total = now_ - began_;
  lastAnswerSize_ = record_.client_out;
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
  record_.ended_in = phase();
  record_.detail = detailOf(error);
  record_.detail_is_inner = !mayTell(error, request_ == Request::head ? std::string_view() : target_.key);
}

record::Phase Exchange::phase() const {
  switch (request_) {
    case Request::head:
    case Request::judging: return record::Phase::head;
    case Request::connecting: return record::Phase::connect;
    case Request::body:
    case Request::done:
      if (answer_ != Answer::awaited) return record::Phase::body;
      return requestEnded_ ? record::Phase::answer : record::Phase::upload;
    case Request::closed: break;
  }
  return record::Phase::body;  // the end of the answer is on its way to the client
}

void Exchange::letOriginGo(bool keep) {
  if (!originOpen_) return;
  originOpen_ = false;
  push(keep ? Action::Kind::keep_origin : Action::Kind::close_origin);
}

}  // namespace megaphone::proxy
