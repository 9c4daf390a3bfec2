// The session's outputs: the bytes of a round are gathered and written; and when its legs are read.
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
  const bool written = client_.write(batch.pieces());
  batch.clear();
  if (!written && life_ == Life::serving) exchange_.clientFailed(Reason::client_reset, now());
}

void ProxySession::flushOrigin() {
  Batch& batch = context_.toOrigin;
  if (batch.empty()) return;
  origin_.write(batch.pieces());  // a deaf origin may have answered already
  batch.clear();
}

// Moves bytes that the exchange has not used out of the scratch buffer.
void ProxySession::keepRest() {
  if (keep(exchange_.clientRest(), clientRest_)) exchange_.clientRestMoved(clientRest_);
  if (keep(exchange_.originRest(), originRest_)) exchange_.originRestMoved(originRest_);
}

void ProxySession::updateReading() {
  if (life_ == Life::lingering) return;
  client_.hold(!clientRest_.empty() || !originRest_.empty());
  origin_.hold(!originRest_.empty() || !exchange_.takesOrigin());
}

}  // namespace megaphone::server
