#include "exchange_fixture.h"

#include <algorithm>

namespace megaphone::proxy::testing {
namespace {

using Kind = Action::Kind;

ExchangePolicy makePolicy() {
  ExchangePolicy policy;
  policy.limits = {.line = 1024, .head = 4096, .fields = 16};
  policy.forwarding.tag = FakeSession::kTag;
  policy.replayBuffer = 64;
  policy.idleTimeout = std::chrono::seconds(60);
  policy.headTimeout = std::chrono::seconds(10);
  policy.bodyTimeout = std::chrono::seconds(30);
  policy.responseTimeout = std::chrono::seconds(20);
  policy.connectTimeout = std::chrono::minutes(1);
  return policy;
}

std::vector<char> takeFront(std::string& bytes, std::size_t size) {
  std::vector<char> front(bytes.data(), bytes.data() + size);
  bytes.erase(0, size);
  return front;
}

const Endpoint kPeer{IpAddress::v4({192, 0, 2, 1}), 80};
const Endpoint kSelf{IpAddress::v4({127, 0, 0, 1}), 3128};

}  // namespace

const ExchangePolicy& FakeSession::policy() {
  static const ExchangePolicy policy = makePolicy();
  return policy;
}

FakeSession::FakeSession(Script script, Cut cut, unsigned seed, const ExchangePolicy& policy)
    : script_(std::move(script)),
      cut_(cut),
      random_(seed),
      exchange_(policy, environment_, now_),
      clientWaiting_(script_.client),
      clientEndWaiting_(script_.clientEnds) {
  pump();
}

// --- inputs ---------------------------------------------------------------------------------------------------------

void FakeSession::client(std::string_view bytes) {
  clientWaiting_ += bytes;
  pump();
}

void FakeSession::clientEnds() {
  clientEndWaiting_ = true;
  pump();
}

void FakeSession::clientFails(Reason reason) {
  exchange_.clientFailed(reason, now_);
  pump();
}

void FakeSession::origin(std::string_view bytes) {
  origin_.pending += bytes;
  pump();
}

void FakeSession::originEnds() {
  origin_.endPending = true;
  pump();
}

void FakeSession::originBreaks(Reason reason, int errnum) {
  origin_.ready = false;
  exchange_.originBroken(reason, errnum, now_);
  pump();
}

void FakeSession::ready(bool reused) {
  Origin now = origin_.script;
  now.connect = reused ? Origin::Connect::reused : Origin::Connect::ready;
  connectOutcome(now);
  pump();
}

void FakeSession::connectFails(const Error& error) {
  Origin now = origin_.script;
  now.connect = Origin::Connect::failed;
  now.failure = error;
  connectOutcome(now);
  pump();
}

void FakeSession::judged(Judge verdict) {
  answer(verdict);
  pump();
}

void FakeSession::progresses() {
  exchange_.progressed(now_);
  pump();
}

void FakeSession::moves(Side from, std::size_t size) {
  if (size > exchange_.movable(from)) return problem("more is moved than may be");
  exchange_.moved(from, size, now_);
  (from == Side::origin ? toClient_ : toOrigins_.back()).append(size, 'x');
  if (from == Side::origin) {
    sentToClient_ += size;
    gotFromOrigin_ += size;
  } else {
    sentToOrigin_ += size;
    letOriginAnswer();
  }
  pump();
}

void FakeSession::deadline(std::optional<Side> blocked) {
  const auto at = exchange_.deadline();
  if (!at) return problem("there is no deadline");
  now_ = std::max(now_, *at);
  exchange_.deadlinePassed(blocked, now_);
  pump();
}

void FakeSession::stop() {
  exchange_.stop(now_);
  pump();
}

void FakeSession::abort(Reason reason) {
  exchange_.abort(reason, now_);
  pump();
}

void FakeSession::pump() {
  do {
    pull();
  } while (!over_ && feedSomething());
  checkState();
}

// --- feeding --------------------------------------------------------------------------------------------------------

std::size_t FakeSession::pieceSize(std::size_t available) {
  switch (cut_) {
    case Cut::whole: return available;
    case Cut::bytes: return 1;
    case Cut::random: return std::min<std::size_t>(available, 1 + random_() % 40);
  }
  return available;
}

bool FakeSession::feedSomething() {
  const bool rest = !exchange_.clientRest().empty();
  const bool canClient = !clientWaiting_.empty() && exchange_.takesClient();
  const bool canEnd = clientEndWaiting_ && clientWaiting_.empty() && !rest;
  const bool canOrigin = origin_.ready && (!origin_.pending.empty() || origin_.endPending || origin_.resetPending);
  const bool canJudge = judgeWaiting_ && script_.judge != Judge::hold;
  const bool canConnect = connectWaiting_ && origin_.script.connect != Origin::Connect::held;
  unsigned skip = cut_ == Cut::random ? static_cast<unsigned>(random_() % 5) : 0;
  for (unsigned round = 0; round < 10; ++round) {
    const unsigned choice = (round + skip) % 5;
    if (choice == 0 && canClient) return feedClient(), true;
    if (choice == 1 && canJudge) return answer(script_.judge), true;
    if (choice == 2 && canConnect) return connectOutcome(origin_.script), true;
    if (choice == 3 && canEnd) {
      clientEndWaiting_ = false;
      exchange_.clientEnded(now_);
      return true;
    }
    if (choice == 4 && canOrigin) return feedOrigin(), true;
  }
  return false;
}

void FakeSession::feedClient() {
  const std::size_t size = pieceSize(clientWaiting_.size());
  std::vector<char> next = takeFront(clientWaiting_, size);
  exchange_.fromClient({next.data(), next.size()}, now_);
  piece_ = std::move(next);
  pull();
  moveRest();
}

// What was not used goes to other memory, and the old one dies.
void FakeSession::moveRest() {
  if (over_) return;
  const std::string_view rest = exchange_.clientRest();
  std::vector<char> next(rest.begin(), rest.end());
  exchange_.clientRestMoved({next.data(), next.size()});
  piece_ = std::move(next);
}

void FakeSession::feedOrigin() {
  if (origin_.pending.empty()) {
    const bool reset = origin_.resetPending;
    origin_.endPending = origin_.resetPending = origin_.ready = false;
    if (reset)
      exchange_.originBroken(Reason::connection_terminated, 104, now_);
    else
      exchange_.originEnded(now_);
    return;
  }
  const std::size_t size = pieceSize(origin_.pending.size());
  const std::vector<char> piece = takeFront(origin_.pending, size);
  gotFromOrigin_ += size;
  exchange_.fromOrigin({piece.data(), piece.size()}, now_);
  pull();
}

void FakeSession::letOriginAnswer() {
  if (origin_.answered || !origin_.ready) return;
  const WireText got = readRequestsStrictly(toOrigins_.back());
  if (!got.broken.empty()) problem("the origin got: " + got.broken);
  const bool due = (origin_.script.when == Origin::When::request && got.complete > 0) ||
                   (origin_.script.when == Origin::When::head && got.heads > 0);
  if (!due) return;
  origin_.answered = true;
  origin_.pending += origin_.script.answer;
  origin_.endPending = origin_.script.then == Origin::Then::end;
  origin_.resetPending = origin_.script.then == Origin::Then::reset;
}

// --- actions --------------------------------------------------------------------------------------------------------

void FakeSession::pull() {
  for (int i = 0; i < 100'000; ++i) {
    const Action action = exchange_.next();
    if (action.kind == Kind::none) return;
    if (over_) return problem("an action after the end");
    perform(action);
  }
  problem("next() never says none");
}

void FakeSession::perform(const Action& action) {
  const std::string bytes = std::string(action.before) + std::string(action.content) + std::string(action.after);
  const auto word = [&](std::string_view w) { trace_ += (trace_.empty() ? "" : " ") + std::string(w); };
  switch (action.kind) {
    case Kind::none: break;
    case Kind::judge:
      word("judge");
      judgeWaiting_ = true;
      break;
    case Kind::connect: word("connect"), performConnect(); break;
    case Kind::send_client:
      if (bytes.empty()) problem("an empty send_client");
      toClient_ += bytes;
      sentToClient_ += bytes.size();
      break;
    case Kind::send_origin: sendToOrigin(action); break;
    case Kind::keep_origin:
    case Kind::close_origin:
      word(action.kind == Kind::keep_origin ? "keep" : "drop");
      if (!origin_.open) problem("no origin to keep or close");
      if (action.kind == Kind::keep_origin && (!origin_.ready || readRequestsStrictly(toOrigins_.back()).complete != 1))
        problem("kept an origin that has not got one whole request");
      origin_ = {};
      connectWaiting_ = false;
      break;
    case Kind::begin_tunnel: word("tunnel"), endWith("tunnel"); break;
    case Kind::finished: word("finished"), performFinished(); break;
    case Kind::close_client: word("close"), endWith("close"); break;
    case Kind::reset_client: word("reset"), endWith("reset"); break;
    case Kind::deliver_and_reset_client: word("deliver-reset"), endWith("reset"); break;
  }
}

void FakeSession::performConnect() {
  if (origin_.open) problem("connect while there is a connection");
  origin_ = {};
  origin_.open = true;
  connectWaiting_ = true;
  if (script_.origins.empty()) {
    origin_.script.connect = Origin::Connect::held;
    return;
  }
  origin_.script = script_.origins.front();
  script_.origins.pop_front();
}

void FakeSession::sendToOrigin(const Action& action) {
  if (!origin_.open || !origin_.ready) return problem("send_origin without a connection");
  if (origin_.answered && origin_.script.then == Origin::Then::reset) return;
  for (const std::string_view part : {action.before, action.content, action.after}) {
    toOrigins_.back() += part;
    sentToOrigin_ += part.size();
  }
  letOriginAnswer();
}

void FakeSession::performFinished() {
  const record::ExchangeRecord& record = exchange_.record();
  records_.push_back(record);
  if (record.id != records_.size()) problem("ids are not consecutive");
  if (record.client_out != sentToClient_) problem("client_out is not what was sent");
  if (record.origin_out != sentToOrigin_) problem("origin_out is not what was sent");
  if (record.origin_in != gotFromOrigin_) problem("origin_in is not what came");
  if (record.total < Duration::zero()) problem("finished without a total time");
  if (origin_.open) problem("finished with an origin still open");
  sentToClient_ = sentToOrigin_ = gotFromOrigin_ = 0;
  judgeWaiting_ = false;  // the total time may end what is still being judged
}

void FakeSession::endWith(std::string_view word) {
  over_ = true;
  end_ = word;
  if (origin_.open && word != "tunnel") problem("ended with an origin still open");
}

void FakeSession::answer(Judge verdict) {
  if (!judgeWaiting_) return problem("there is nothing to judge");
  if (verdict == Judge::hold) return;
  judgeWaiting_ = false;
  if (verdict == Judge::refuse) return exchange_.refuse(script_.refusal, now_);
  if (exchange_.mayBeForUs()) exchange_.reachedAt(kSelf);
  if (exchange_.isForUs()) return exchange_.answerAsUs({kSelf}, now_);
  exchange_.allowed(now_);
}

void FakeSession::connectOutcome(Origin origin) {
  if (!connectWaiting_) return problem("no connect is awaited");
  connectWaiting_ = false;
  const Exchange::ConnectTimes times{std::chrono::milliseconds(2), std::chrono::milliseconds(3)};
  if (origin.connect == Origin::Connect::failed) {
    origin_ = {};
    exchange_.originFailed(origin.failure, times, now_);
    return;
  }
  const bool reused = origin.connect == Origin::Connect::reused;
  if (reused && exchange_.reuse() == Reuse::none)
    problem("the script gives a kept connection where a new one is asked for");
  toOrigins_.emplace_back();
  origin_.ready = true;
  exchange_.originReady(kPeer, reused ? std::optional(origin.bond) : std::nullopt, times, now_);
}

// What must hold whenever the exchange waits for its next input.
void FakeSession::checkState() {
  if (over_) {
    if (exchange_.takesClient()) problem("takes bytes after the end");
    if (exchange_.deadline()) problem("a deadline after the end");
    return;
  }
  if (exchange_.takesClient() && !exchange_.clientRest().empty()) problem("takes bytes and has not used what it had");
  if (!judgeWaiting_ && !connectWaiting_ && !exchange_.deadline()) problem("waits without a deadline");
}

// --- outputs --------------------------------------------------------------------------------------------------------

std::string FakeSession::clientText() const {
  std::vector<std::string> methods;
  for (const auto& record : records_) methods.push_back(record.method);
  WireText read = readAnswersStrictly(toClient_, methods, end_ == "close");
  const std::string ours = "Date: " + std::string(FakeSurroundings::kDate) + "\r\n";
  for (std::size_t at; (at = read.text.find(ours)) != std::string::npos;) read.text.erase(at, ours.size());
  return read.broken.empty() ? read.text : "BROKEN (" + read.broken + "): " + toClient_;
}

std::vector<std::string> FakeSession::originTexts() const {
  std::vector<std::string> texts;
  for (const std::string& bytes : toOrigins_) {
    const WireText read = readRequestsStrictly(bytes);
    texts.push_back(read.broken.empty() ? read.text : "BROKEN (" + read.broken + "): " + bytes);
  }
  return texts;
}

std::vector<std::string> FakeSession::recordLines() const {
  std::vector<std::string> lines;
  for (const auto& record : records_) {
    std::string line = "#" + std::to_string(record.id) + " " + std::to_string(record.client_request) + " " +
                       std::string(record::word(record.kind)) + " " + record.method + " " + record.target + " " +
                       std::to_string(record.status);
    if (record.origin_reused) line += " reused";
    if (record.reason != Reason::none) {
      line += " " + std::string(word(record.reason)) + " " + std::string(word(record.ended_by));
    }
    lines.push_back(line);
  }
  return lines;
}

}  // namespace megaphone::proxy::testing
