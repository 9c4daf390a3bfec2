#include "tunnel_session.h"

#include "delivering_session.h"

namespace megaphone::server {

using Status = uv::Stream::Status;

void TunnelSession::begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                          Ends ends, const record::ExchangeRecord& record, std::string_view early, bool clientEnded) {
  std::unique_ptr<TunnelSession> made(
      new TunnelSession(context, std::move(listener), std::move(admission), std::move(ends), record));
  TunnelSession& tunnel = *made;
  context.enter(std::move(made), tunnel.listener_->countersOn(context.index));
  if (!early.empty()) tunnel.pass(tunnel.client_, early);
  if (tunnel.over_) return;
  if (clientEnded) tunnel.tunnel_.ended(Side::client, !tunnel.origin_.out.empty());
  tunnel.settle();
}

TunnelSession::TunnelSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener,
                             Admission admission, Ends ends, const record::ExchangeRecord& record)
    : context_(context),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      record_(std::make_unique<record::ExchangeRecord>(record)),
      host_(std::move(ends.host)),
      began_(context.loop.now()),
      lastByte_(began_) {
  client_.stream = std::move(ends.client);
  client_.stream.setSink(client_);
  client_.out = std::move(ends.toClient);
  origin_.stream = std::move(ends.origin);
  origin_.stream.setSink(origin_);
  origin_.out = std::move(ends.toOrigin);
  setDeadline(began_);
}

record::LiveConnection TunnelSession::live(MonoTime now) const {
  return {*record_, record::LiveConnection::State::busy, record::Phase::tunnel, record_->total + (now - began_)};
}

void TunnelSession::cut(Reason reason) { finish(reason, Side::daemon); }

// What a pipe holds has been seen by nobody: it has to reach its end first.
void TunnelSession::captureChanged() {
  const std::string& listener = listener_->settings.name;
  const bool wanted = context_.capturing.wants(listener, client());
  for (End* end : {&client_, &origin_}) end->splice.leave(context_.pipes);
  captureLater_ = wanted && (client_.splice.isOpen() || origin_.splice.isOpen());
  if (captureLater_ || over_) return;
  for (End* end : {&client_, &origin_}) {
    if (!wanted) {
      end->stream.watch(nullptr);
      continue;
    }
    const bool ofClient = end->side == Side::client;
    if (!end->stream.witness()) {
      context_.capturing.begin(end->stream, end->side, ofClient ? record_->client : *record_->origin,
                               ofClient ? std::string_view() : std::string_view(host_), true);
    }
    if (CapturedStream* captured = CapturedStream::of(end->stream))
      captured->about({record_->id, listener, record_->client.address, host_});
  }
}

void TunnelSession::note(std::string_view text) {
  for (End* end : {&client_, &origin_}) {
    if (CapturedStream* captured = CapturedStream::of(end->stream)) captured->note(text);
  }
}

void TunnelSession::onReadable(End& source) {
  source.splice.isOpen() ? move(source) : copy(source);
  if (!over_) settle();
}

void TunnelSession::copy(End& source) {
  const auto outcome = source.stream.read(context_.scratch);
  switch (outcome.status) {
    case Status::blocked: return;
    case Status::failed: return broken(source);
    case Status::ended: return tunnel_.ended(source.side, waits(source));
    case Status::ok:
      pass(source, {context_.scratch.data(), outcome.size});
      if (!over_ && !source.stream.witness() && !other(source).stream.witness() && !captureLater_)
        source.splice.copied(outcome.size, context_.pipes);
      return;
  }
}

void TunnelSession::move(End& source) {
  const auto run = source.splice.run(source.stream, other(source).stream, UINT64_MAX, context_.pipes);
  count(source, run.moved);
  switch (run.stop) {
    case SplicePath::Stop::enough:
    case SplicePath::Stop::source_empty:
    case SplicePath::Stop::sink_full: return;
    case SplicePath::Stop::source_ended: return tunnel_.ended(source.side, false);
    case SplicePath::Stop::source_failed: return broken(source);
    case SplicePath::Stop::sink_failed: return broken(other(source));
  }
}

void TunnelSession::onWritable(End& sink) {
  lastByte_ = context_.loop.now();
  End& source = other(sink);
  if (source.splice.held() > 0) {
    move(source);
  } else if (sink.out.resume(sink.stream) == uv::Outgoing::Status::failed) {
    return broken(sink);
  }
  if (over_) return;
  if (!waits(source)) tunnel_.drained(source.side);
  settle();
}

void TunnelSession::count(const End& source, std::uint64_t size) {
  if (size == 0) return;
  lastByte_ = context_.loop.now();
  const bool fromClient = source.side == Side::client;
  (fromClient ? record_->client_in : record_->origin_in) += size;
  (fromClient ? record_->origin_out : record_->client_out) += size;
  countTraffic(*record_, counters());
}

void TunnelSession::pass(End& source, std::string_view bytes) {
  count(source, bytes.size());
  End& sink = other(source);
  if (sink.out.write(sink.stream, bytes) == uv::Outgoing::Status::failed) broken(sink);
}

// Does what the rules say now, and lets each end be read that may be.
void TunnelSession::settle() {
  if (captureLater_) captureChanged();
  for (auto action = tunnel_.next(); action != proxy::Tunnel::Action::none; action = tunnel_.next()) {
    if (action == proxy::Tunnel::Action::over) return finish(Reason::none, tunnel_.endedFirst());
    (action == proxy::Tunnel::Action::end_origin ? origin_ : client_).stream.shutdownWriting();
  }
  for (End* source : {&client_, &origin_}) {
    if (waits(*source))
      source->stream.pauseReading();
    else
      source->stream.resumeReading();  // behind its end too, for a reset
  }
}

void TunnelSession::broken(const End& end) {
  finish(end.side == Side::client ? Reason::client_reset : Reason::connection_terminated, end.side);
}

void TunnelSession::onDeadline(MonoTime now) {
  for (End* end : {&client_, &origin_}) {
    if (end->progress.look(end->stream, end->out.size() + other(*end).splice.held())) lastByte_ = now;
  }
  if (totalDeadline() <= now) return finish(Reason::exchange_timeout, Side::daemon);
  if (lastByte_ + listener_->settings.tunnel_idle_timeout <= now) return finish(Reason::idle_timeout, Side::daemon);
  setDeadline(now);
}

// Bytes that an end takes slowly are looked for a few times before the tunnel counts as idle.
void TunnelSession::setDeadline(MonoTime now) {
  const Duration idle = listener_->settings.tunnel_idle_timeout;
  context_.deadlines.set(*this, std::min({lastByte_ + idle, totalDeadline(), now + idle / 4}));
}

MonoTime TunnelSession::totalDeadline() const {
  const Duration all = listener_->settings.total_timeout;
  return all == Duration::zero() ? MonoTime::max() : began_ - record_->total + all;
}

void TunnelSession::finish(Reason reason, Side by) {
  if (over_) return;
  over_ = true;
  if (reason != Reason::none) note(word(reason));
  record_->reason = reason;
  record_->ended_by = by;
  record_->ended_in = record::Phase::tunnel;
  const Duration before = record_->total == record::kNever ? Duration{} : record_->total;
  record_->total = before + (context_.loop.now() - began_);
  listener_->noteFailure(client(), *record_);  // before the streams end: who has seen that finds it on its page
  closeBoth();
  context_.write(*record_, counters());
  context_.leave(*this);
}

void TunnelSession::closeBoth() {
  // What one end sent before it failed is the other's.
  if (record_->ended_by != Side::daemon && record_->reason != Reason::none) deliver(record_->ended_by);
  for (End* end : {&client_, &origin_}) {
    end->splice.close(context_.pipes);
    if (!end->stream) continue;
    if (record_->reason == Reason::none)
      end->stream.close();
    else
      end->stream.reset();  // an end would say that all bytes have come
  }
}

void TunnelSession::deliver(Side from) {
  End& source = from == Side::client ? client_ : origin_;
  End& sink = other(source);
  DeliveringSession::begin(context_, listener_, std::move(admission_),
                           {std::move(sink.stream), std::move(sink.out), std::move(source.splice)}, *record_);
}

}  // namespace megaphone::server
