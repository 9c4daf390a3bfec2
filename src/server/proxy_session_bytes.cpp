// How bytes pass through the session: gathered and copied in small, moved by pipes in bulk; and when a side is read.
#include "proxy_session.h"

namespace megaphone::server {

using proxy::Action;

namespace {

// Makes `kept` hold `rest`, in front of which it may hold what has been used already; returns whether rest has moved.
bool keep(std::string_view rest, std::string& kept) {
  if (rest.empty()) {
    if (!kept.empty()) std::string().swap(kept);
    return false;
  }
  if (rest.data() + rest.size() == kept.data() + kept.size()) return false;
  kept = std::string(rest);
  return true;
}

}  // namespace

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
  const bool failed = !client_ || toClient_.write(client_, batch.pieces()) == uv::Outgoing::Status::failed;
  batch.clear();
  if (failed && life_ == Life::serving) exchange_.clientFailed(Reason::client_reset, now());
}

void ProxySession::flushOrigin() {
  Batch& batch = context_.toOrigin;
  if (batch.empty()) return;
  if (origin_ && !originDeaf_ && toOrigin_.write(origin_, batch.pieces()) == uv::Outgoing::Status::failed)
    originDeaf_ = true;
  batch.clear();
}

// What the exchange has not used leaves the scratch buffer.
void ProxySession::keepRest() {
  if (keep(exchange_.clientRest(), clientRest_)) exchange_.clientRestMoved(clientRest_);
  if (keep(exchange_.originRest(), originRest_)) exchange_.originRestMoved(originRest_);
}

void ProxySession::updateReading() {
  if (life_ == Life::lingering) return;
  if (clientRest_.empty() && originRest_.empty() && !originIsFull())
    client_.resumeReading();
  else
    client_.pauseReading();
  if (!origin_) return;
  if (!clientIsFull() && originRest_.empty() && exchange_.takesOrigin())
    origin_.resumeReading();
  else
    origin_.pauseReading();
}

// --- the fast road --------------------------------------------------------------------------------------------------

// A read of that size has been copied: if much is still to come of a body that passes as it is, a pipe takes over.
void ProxySession::openSplice(Side from, std::size_t size) {
  const bool fromClient = from == Side::client;
  if (life_ != Life::serving || originDeaf_ || (fromClient ? originIsFull() : clientIsFull())) return;
  if (client_.witness() || origin_.witness() || captureLater_) return;
  if (exchange_.movable(from) < SplicePath::kWorthIt) return;
  (fromClient ? fromClient_ : fromOrigin_).copied(size, context_.pipes);
}

void ProxySession::move(Side from) {
  const bool fromClient = from == Side::client;
  SplicePath& splice = fromClient ? fromClient_ : fromOrigin_;
  const std::uint64_t most = exchange_.movable(from);
  if (most == 0) return splice.close(context_.pipes);
  const auto run = splice.run(fromClient ? client_ : origin_, fromClient ? origin_ : client_, most, context_.pipes);
  if (run.moved > 0) exchange_.moved(from, run.moved, now());
  if (run.moved == most) splice.close(context_.pipes);
  switch (run.stop) {
    case SplicePath::Stop::enough:
    case SplicePath::Stop::source_empty:
    case SplicePath::Stop::sink_full: return;
    case SplicePath::Stop::source_ended: return fromClient ? clientEnds() : originEnds();
    case SplicePath::Stop::source_failed: return fromClient ? clientBroken() : originBroken(run.errnum);
    case SplicePath::Stop::sink_failed:
      splice.close(context_.pipes);
      if (!fromClient) return clientBroken();
      originDeaf_ = true;
  }
}

}  // namespace megaphone::server
