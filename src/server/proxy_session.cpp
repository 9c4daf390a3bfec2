// The session's inputs (streams, connects, deadlines) and its bytes. What the exchange wants done is in
// proxy_session_actions.cpp.
#include "proxy_session.h"

#include <cassert>
#include <utility>

namespace megaphone::server {

using proxy::Action;
using Status = uv::Stream::Status;

ProxySession::ProxySession(LoopContext& context, std::shared_ptr<ProxyListenerState> listener, UniqueFd fd,
                           const Endpoint& peer, Admission admission, std::optional<Error> refusal)
    : context_(context),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      refusal_(std::move(refusal)),
      client_(context.loop, std::move(fd), clientSink_),
      exchange_(listener_->policy, context.surroundings, context.loop.now()) {
  exchange_.record().client = peer;
  exchange_.record().listener = listener_->settings.name;
  client_.resumeReading();
  setDeadline();
}

void ProxySession::drain() {
  if (life_ == Life::lingering || life_ == Life::over) return;
  if (exchange_.idle()) readClient();  // what has arrived is still answered
  exchange_.stop(now());
  pump();
}

void ProxySession::cut(Reason reason) {
  if (life_ == Life::finishing) {
    unfinished(reason, Side::daemon);
    client_.reset();
  } else if (life_ == Life::serving) {
    toClient_.drop();  // what waits for a slow client must not hold up the record
    exchange_.abort(reason, now());
    pump();
  }
  end();
}

// --- the client's side ----------------------------------------------------------------------------------------------

void ProxySession::onClientReadable() {
  if (life_ == Life::lingering) {
    const auto status = client_.read(context_.scratch).status;
    if (status == Status::ended || status == Status::failed) end();
    return;
  }
  readClient();
  pump();
}

// REQUIRES: clientRest_ is empty (reading pauses until it is used), which bounds it to one read.
void ProxySession::readClient() {
  assert(clientRest_.empty());
  const auto outcome = client_.read(context_.scratch);
  const std::string_view bytes(context_.scratch.data(), outcome.size);
  switch (outcome.status) {
    case Status::blocked: return;
    case Status::ok:
      if (life_ == Life::serving && exchange_.takesClient()) return exchange_.fromClient(bytes, now());
      clientRest_ = bytes;
      return exchange_.clientRestMoved(clientRest_);
    case Status::ended:  // reading goes on: a reset may follow
      if (!std::exchange(clientEnded_, true)) exchange_.clientEnded(now());
      return;
    case Status::failed: return clientBroken();
  }
}

void ProxySession::onClientReset() {
  if (life_ != Life::serving && life_ != Life::finishing) return;
  clientBroken();
  pump();
}

void ProxySession::clientBroken() {
  if (life_ == Life::finishing) unfinished(Reason::client_reset, Side::client);
  toClient_.drop();
  exchange_.clientFailed(Reason::client_reset, now());
}

void ProxySession::onClientWritable() {
  if (life_ == Life::over || toClient_.empty()) return;
  const auto status = toClient_.resume(client_);
  exchange_.progressed(now());
  if (status == Outgoing::Status::failed) clientBroken();
  if (life_ == Life::finishing && toClient_.empty()) finished();
  pump();
}

// --- the origin's side ----------------------------------------------------------------------------------------------

void ProxySession::onOriginReadable() {
  const auto outcome = origin_.read(context_.scratch);
  switch (outcome.status) {
    case Status::blocked: return;
    case Status::ok: exchange_.fromOrigin({context_.scratch.data(), outcome.size}, now()); break;
    case Status::ended:
      origin_.pauseReading();
      exchange_.originEnded(now());
      break;
    case Status::failed:
      origin_.pauseReading();
      exchange_.originBroken(Reason::connection_terminated, outcome.errnum, now());
      break;
  }
  pump();
}

void ProxySession::onOriginWritable() {
  if (toOrigin_.resume(origin_) == Outgoing::Status::failed) {
    originDeaf_ = true;
    toOrigin_.drop();
  }
  exchange_.progressed(now());
  pump();
}

void ProxySession::onConnected(connect::Outcome&& outcome) {
  job_.reset();
  const proxy::Exchange::ConnectTimes times{outcome.resolve, outcome.connect};
  if (outcome.connection) {
    origin_ = uv::Stream(context_.loop, std::move(outcome.connection->fd), originSink_);
    exchange_.originReady(outcome.connection->peer, false, times, now());
  } else {
    exchange_.originFailed(std::move(outcome.connection.error()), times, now());
  }
  pump();
}

// --- from inputs to actions -----------------------------------------------------------------------------------------

// Does what the exchange wants until it waits for input, then writes what was gathered: head and content of one round
// leave by one write for each side.
void ProxySession::pump() {
  if (life_ == Life::serving) {
    do {
      for (Action action = exchange_.next(); action.kind != Action::Kind::none; action = exchange_.next()) {
        perform(action);
        if (life_ != Life::serving) break;
      }
      if (life_ == Life::over || life_ == Life::lingering) break;
      flushOrigin();
      flushClient();
      keepRest();
      // A flush that failed is a new input.
    } while (life_ == Life::serving && exchange_.hasActions());
  }
  if (life_ == Life::over) return;
  updateReading();
  setDeadline();
}

// --- bytes ----------------------------------------------------------------------------------------------------------

void ProxySession::add(Batch& batch, const Action& action) {
  const bool forClient = &batch == &context_.toClient;
  const auto flush = [&] { forClient ? flushClient() : flushOrigin(); };
  const auto copy = [&](std::string_view bytes) {
    for (; bytes.size() > Batch::kArena; bytes.remove_prefix(Batch::kArena)) {
      flush();
      batch.copy(bytes.substr(0, Batch::kArena));
    }
    if (!batch.copy(bytes)) {
      flush();
      batch.copy(bytes);
    }
  };
  copy(action.before);
  if (!batch.refer(action.content)) {
    flush();
    batch.refer(action.content);
  }
  copy(action.after);
}

void ProxySession::flushClient() {
  Batch& batch = context_.toClient;
  if (batch.empty()) return;
  const bool failed = !client_ || toClient_.write(client_, batch.pieces()) == Outgoing::Status::failed;
  batch.clear();
  if (failed && life_ == Life::serving) exchange_.clientFailed(Reason::client_reset, now());
}

void ProxySession::flushOrigin() {
  Batch& batch = context_.toOrigin;
  if (batch.empty()) return;
  if (origin_ && !originDeaf_ && toOrigin_.write(origin_, batch.pieces()) == Outgoing::Status::failed)
    originDeaf_ = true;
  batch.clear();
}

// What the exchange has not used leaves the scratch buffer, or the front of clientRest_.
void ProxySession::keepRest() {
  const std::string_view rest = exchange_.clientRest();
  if (rest.empty() && clientRest_.empty()) return;
  if (rest.size() == clientRest_.size() && rest.data() == clientRest_.data()) return;
  clientRest_ = std::string(rest);
  exchange_.clientRestMoved(clientRest_);
}

void ProxySession::updateReading() {
  if (life_ == Life::lingering) return;
  if (clientRest_.empty() && toOrigin_.empty())
    client_.resumeReading();
  else
    client_.pauseReading();
  if (!origin_) return;
  if (toClient_.empty() && exchange_.takesOrigin())
    origin_.resumeReading();
  else
    origin_.pauseReading();
}

// --- deadlines ------------------------------------------------------------------------------------------------------

void ProxySession::setDeadline() {
  switch (life_) {
    case Life::serving:
      if (const auto at = exchange_.deadline()) context_.deadlines.set(*this, *at);
      return;
    case Life::finishing: return context_.deadlines.set(*this, finishingDeadline());
    case Life::lingering: return context_.deadlines.set(*this, lingerUntil_);
    case Life::over: return;
  }
}

MonoTime ProxySession::finishingDeadline() const {
  const MonoTime phase = exchange_.lastProgress() + listener_->settings.body_timeout;
  return std::min(phase, exchange_.totalDeadline().value_or(phase));
}

void ProxySession::onDeadline(MonoTime at) {
  if (life_ == Life::lingering) return lingerOn();
  if (life_ == Life::finishing) {
    if (finishingDeadline() > at) return setDeadline();
    const auto all = exchange_.totalDeadline();
    unfinished(all && *all <= at ? Reason::exchange_timeout : Reason::client_write_timeout, Side::client);
    client_.reset();
    return end();
  }
  const auto due = exchange_.deadline();
  if (!due || *due > at) return setDeadline();
  std::optional<Side> blocked;
  if (!toClient_.empty())
    blocked = Side::client;
  else if (!toOrigin_.empty())
    blocked = Side::origin;
  if (blocked == Side::client) toClient_.drop();  // it will not be taken
  exchange_.deadlinePassed(blocked, at);
  pump();
}

}  // namespace megaphone::server
