#include "tunnel_session.h"

namespace megaphone::server {

using Status = uv::Stream::Status;

void TunnelSession::begin(LoopContext& context, std::shared_ptr<ProxyListenerState> listener, Admission admission,
                          Ends ends, const record::ExchangeRecord& record, std::string_view early, bool clientEnded) {
  std::unique_ptr<TunnelSession> made(
      new TunnelSession(context, std::move(listener), std::move(admission), std::move(ends), record));
  TunnelSession& tunnel = *made;
  context.enter(std::move(made));
  if (!early.empty()) tunnel.pass(tunnel.client_, early);
  if (tunnel.over_) return;
  if (clientEnded) tunnel.tunnel_.ended(Side::client, !tunnel.origin_.out.empty());
  tunnel.settle();
}

TunnelSession::TunnelSession(LoopContext& context, std::shared_ptr<ProxyListenerState> listener, Admission admission,
                             Ends ends, const record::ExchangeRecord& record)
    : context_(context),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      record_(std::make_unique<record::ExchangeRecord>(record)),
      began_(context.loop.now()),
      lastByte_(began_) {
  client_.stream = std::move(ends.client);
  client_.stream.setSink(client_);
  client_.out = std::move(ends.toClient);
  origin_.stream = std::move(ends.origin);
  origin_.stream.setSink(origin_);
  origin_.out = std::move(ends.toOrigin);
  context_.deadlines.set(*this, std::min(lastByte_ + listener_->settings.tunnel_idle_timeout, totalDeadline()));
}

void TunnelSession::cut(Reason reason) { finish(reason, Side::daemon); }

void TunnelSession::onReadable(End& source) {
  const auto outcome = source.stream.read(context_.scratch);
  switch (outcome.status) {
    case Status::blocked: return;
    case Status::failed: return broken(source);
    case Status::ended: tunnel_.ended(source.side, !other(source).out.empty()); break;
    case Status::ok: pass(source, {context_.scratch.data(), outcome.size}); break;
  }
  if (!over_) settle();
}

void TunnelSession::onWritable(End& sink) {
  lastByte_ = context_.loop.now();
  if (sink.out.resume(sink.stream) == Outgoing::Status::failed) return broken(sink);
  if (sink.out.empty()) tunnel_.drained(other(sink).side);
  settle();
}

void TunnelSession::pass(End& source, std::string_view bytes) {
  lastByte_ = context_.loop.now();
  const bool fromClient = source.side == Side::client;
  (fromClient ? record_->client_in : record_->origin_in) += bytes.size();
  (fromClient ? record_->origin_out : record_->client_out) += bytes.size();
  End& sink = other(source);
  if (sink.out.write(sink.stream, bytes) == Outgoing::Status::failed) broken(sink);
}

// Does what the rules say now, and lets each end be read that may be.
void TunnelSession::settle() {
  for (auto action = tunnel_.next(); action != proxy::Tunnel::Action::none; action = tunnel_.next()) {
    if (action == proxy::Tunnel::Action::over) return finish(Reason::none, Side::daemon);
    (action == proxy::Tunnel::Action::end_origin ? origin_ : client_).stream.shutdownWriting();
  }
  for (End* source : {&client_, &origin_}) {
    if (other(*source).out.empty())
      source->stream.resumeReading();  // behind its end too, for a reset
    else
      source->stream.pauseReading();
  }
}

void TunnelSession::broken(const End& end) {
  finish(end.side == Side::client ? Reason::client_reset : Reason::connection_terminated, end.side);
}

void TunnelSession::onDeadline(MonoTime now) {
  const MonoTime idle = lastByte_ + listener_->settings.tunnel_idle_timeout;
  const MonoTime all = totalDeadline();
  if (all <= now) return finish(Reason::exchange_timeout, Side::daemon);
  if (idle <= now) return finish(Reason::idle_timeout, Side::daemon);
  context_.deadlines.set(*this, std::min(idle, all));
}

MonoTime TunnelSession::totalDeadline() const {
  const Duration all = listener_->settings.total_timeout;
  return all == Duration::zero() ? MonoTime::max() : began_ - record_->total + all;
}

void TunnelSession::finish(Reason reason, Side by) {
  if (over_) return;
  over_ = true;
  for (End* end : {&client_, &origin_}) {
    if (reason == Reason::none)
      end->stream.close();
    else
      end->stream.reset();  // an end would say that all bytes have come
  }
  record_->reason = reason;
  record_->ended_by = by;
  const Duration before = record_->total == record::kNever ? Duration{} : record_->total;
  record_->total = before + (context_.loop.now() - began_);
  context_.write(*record_);
  context_.leave(*this);
}

}  // namespace megaphone::server
