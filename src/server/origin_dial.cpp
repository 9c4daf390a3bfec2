#include "origin_dial.h"

#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

namespace megaphone::server {
namespace {

using Progress = proxy::Prologue::Progress;
using Status = uv::Stream::Status;

constexpr std::uint8_t kMostAgain = 3;
constexpr std::size_t kLongestPrologue = std::size_t{64} * 1024;
// A request that is not acknowledged by then, after some repetitions by the kernel, is lost.
constexpr Duration kForgotten = std::chrono::seconds(3);

}  // namespace

OriginDial::OriginDial(uv::Loop& loop, Deadlines& deadlines, OriginSources& sources, OriginDialSink& sink)
    : loop_(loop), deadlines_(deadlines), sources_(sources), sink_(sink) {}

std::optional<OriginDial::Outcome> OriginDial::dial(Request request) {
  assert(!job_ && !reached_);
  request_ = std::move(request);
  asked_ = 0;
  if (auto kept = takeKept()) return kept;
  return ask();
}

std::optional<OriginDial::Outcome> OriginDial::takeKept() {
  if (request_.reuse == proxy::Reuse::none) return std::nullopt;
  const auto judge = [this](const Endpoint& endpoint) {
    return request_.rules->judgeAddress(endpoint.address).allowed();
  };
  auto taken = sources_.take(request_.route.key, request_.reuse, this, judge);
  if (!taken) return std::nullopt;
  peer_ = taken->connection.endpoint;
  lookAfter(kForgotten);
  return Established{.stream = std::move(taken->stream), .peer = peer_, .kept = taken->connection.bond};
}

std::optional<OriginDial::Outcome> OriginDial::ask() {
  connect::Job job;
  job.host = request_.route.host;
  job.port = request_.route.port;
  job.rules = request_.rules;
  job.deadline = request_.deadline;
  job.client = *request_.client;
  job.capture = request_.capture;
  auto asked = sources_.connect(std::move(job), *this);
  if (!asked) return Failure{std::move(asked.error())};
  job_ = *asked;
  return std::nullopt;
}

// There were no descriptors; there are some now if an idle connection gave way.
bool OriginDial::mayAskAgain(const Error& error) {
  if (error.errnum != EMFILE && error.errnum != ENFILE) return false;
  return asked_++ < kMostAgain && sources_.makeRoom();
}

void OriginDial::onConnected(connect::Outcome&& outcome) {
  job_.reset();
  const Times times{outcome.resolve, outcome.connect};
  if (!outcome.connection) {
    if (!mayAskAgain(outcome.connection.error())) return tell(Failure{std::move(outcome.connection.error()), times});
    if (auto refused = ask()) tell(std::move(*refused));
    return;
  }
  connect::Connection& connection = *outcome.connection;
  Established reached{
      .stream = connection.take(loop_, *this), .peer = connection.peer, .times = times, .leg = connection.leg};
  sources_.hasRoomFor(reached.stream.fd());  // or some is made
  if (!request_.route.prologue) return establish(std::move(reached));
  reached_ = std::make_unique<Reached>(Reached{std::move(reached), request_.route.prologue()});
  deadlines_.set(*this, request_.deadline);
  reached_->connection.stream.resumeReading();
  goOnWithPrologue();
}

void OriginDial::onReadable() {
  std::array<char, 4096> piece;
  const auto outcome = reached_->connection.stream.read(piece);
  switch (outcome.status) {
    case Status::blocked: return;
    case Status::ended:
    case Status::failed: return fail(Reason::connection_terminated, outcome.errnum);
    case Status::ok: break;
  }
  reached_->connection.early.append(piece.data(), outcome.size);
  goOnWithPrologue();
}

void OriginDial::goOnWithPrologue() {
  Established& connection = reached_->connection;
  const proxy::Prologue::Step step = reached_->prologue->feed(connection.early);
  connection.early.erase(0, step.consumed);
  if (!step.say.empty()) {
    const iovec piece{const_cast<char*>(step.say.data()), step.say.size()};
    const auto said = connection.stream.write({&piece, 1});  // a new connection takes what is short
    if (said.status != Status::ok || said.size != step.say.size())
      return fail(Reason::connection_terminated, said.errnum);
  }
  if (step.progress == Progress::failed) return fail(step.error);
  if (step.progress == Progress::done) return establish(std::move(std::exchange(reached_, nullptr)->connection));
  if (connection.early.size() > kLongestPrologue)
    fail({Reason::http_protocol_error, Side::origin, 0, "the next proxy says too much before it connects"});
}

void OriginDial::establish(Established established) {
  established.stream.clearSink();
  peer_ = established.peer;
  lookAfter(proxy::OriginPool::kPatience);
  tell(std::move(established));
}

void OriginDial::fail(Reason reason, int errnum) {
  fail({reason, Side::origin, errnum, "connection to " + reached_->connection.peer.text()});
}

void OriginDial::fail(Error error) {
  Failure failure{std::move(error), reached_->connection.times};
  cancel();
  tell(std::move(failure));
}

// The sink may end this, and more.
void OriginDial::tell(Outcome outcome) { sink_.onDialled(std::move(outcome)); }

// An origin may serve one connection after the other, and the one that it serves be an idle one of ours. And a kept one
// may have been forgotten on its way: nobody acknowledges what goes out on it.
void OriginDial::onDeadline(MonoTime) {
  if (reached_) return fail(Reason::connection_timeout, 0);
  switch (sink_.awaited()) {
    case OriginDialSink::Awaited::nothing: return;
    case OriginDialSink::Awaited::first_answer:
      sources_.letPass({std::string(request_.route.key), peer_});
      return lookAfter(proxy::OriginPool::kPatience);
    case OriginDialSink::Awaited::repeatable: return sink_.onForgotten();
  }
}

void OriginDial::cancel() {
  if (job_) sources_.cancel(*std::exchange(job_, std::nullopt));
  reached_.reset();
}

// More than was asked for, or the end, is behind the answer already: nobody may be given that for an answer.
bool OriginDial::keep(uv::Stream& stream, IdleOrigins::Connection connection) {
  if (!sources_.keeps() || (stream.mayHaveMore() && !stream.isQuiet())) return false;
  ownsKept_ |= connection.bond != proxy::Bond::none;
  connection.session = this;
  sources_.keep(request_.route.key, connection, std::move(stream));
  return true;
}

void OriginDial::forget() {
  if (std::exchange(ownsKept_, false)) sources_.forget(this);
}

void OriginDial::end() {
  cancel();
  forget();
  deadlines_.clear(*this);
}

}  // namespace megaphone::server
