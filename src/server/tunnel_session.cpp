#include "tunnel_session.h"

#include "delivering_session.h"

namespace megaphone::server {

void TunnelSession::begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                          Ends ends, const record::ExchangeRecord& record, std::string_view early) {
  std::unique_ptr<TunnelSession> made(
      new TunnelSession(context, std::move(listener), std::move(admission), std::move(ends), record));
  TunnelSession& tunnel = *made;
  context.enter(std::move(made), tunnel.listener_->countersOn(context.index));
  if (!early.empty()) tunnel.pass(tunnel.client_, early);
  if (!tunnel.over_ && tunnel.client_.hasEnded()) tunnel.onEnded(tunnel.client_);
  tunnel.settle();
}

TunnelSession::TunnelSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener,
                             Admission admission, Ends ends, const record::ExchangeRecord& record)
    : context_(context),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      client_(*this, std::move(ends.client)),
      origin_(*this, std::move(ends.origin)),
      before_(record),
      traffic_(record),
      host_(std::move(ends.host)),
      began_(context.loop.now() - std::max(record.total, Duration::zero())),
      lastByte_(context.loop.now()) {
  Leg::join(client_, origin_);
  client_.hold(false);
  origin_.hold(false);  // both are read behind their end, too, for a reset
  setDeadline(lastByte_);
}

record::LiveConnection TunnelSession::live(MonoTime now) const {
  return {record(), record::LiveConnection::State::busy, record::Phase::tunnel, now - began_};
}

record::ExchangeRecord TunnelSession::record() const {
  record::ExchangeRecord record = before_.unpacked();
  static_cast<record::Traffic&>(record) = record.counted = traffic_;
  return record;
}

void TunnelSession::cut(Reason reason) { finish(reason, Side::daemon); }

bool TunnelSession::wantsCapture() const { return context_.capturing.wants(listener_->settings.name, client()); }

void TunnelSession::capture(Leg& leg) {
  const record::ExchangeRecord record = before_.unpacked();
  const Side side = sideOf(leg);
  const bool ofClient = side == Side::client;
  if (!leg.stream().witness()) {
    context_.capturing.begin(leg.stream(), side, ofClient ? record.client : *record.origin,
                             ofClient ? std::string_view() : std::string_view(host_), true);
  }
  if (CapturedStream* captured = CapturedStream::of(leg.stream()))
    captured->about({record.id, listener_->settings.name, record.client.address, host_});
}

void TunnelSession::note(std::string_view text) {
  for (Leg* leg : {&client_, &origin_}) {
    if (CapturedStream* captured = CapturedStream::of(leg->stream())) captured->note(text);
  }
}

void TunnelSession::onTaken(Leg& sink) {
  lastByte_ = context_.loop.now();
  if (!sink.isFull()) tunnel_.drained(sideOf(other(sink)));
}

void TunnelSession::count(const Leg& source, std::uint64_t size) {
  using observe::Count;
  lastByte_ = context_.loop.now();
  const bool fromClient = &source == &client_;
  (fromClient ? traffic_.client_in : traffic_.origin_in) += size;
  (fromClient ? traffic_.origin_out : traffic_.client_out) += size;
  counters()[fromClient ? Count::client_bytes_in : Count::origin_bytes_in].add(size);
  counters()[fromClient ? Count::origin_bytes_out : Count::client_bytes_out].add(size);
}

void TunnelSession::pass(Leg& source, std::string_view bytes) {
  count(source, bytes.size());
  Leg& sink = other(source);
  if (!sink.write(bytes)) broken(sink);
}

// Does what the half-close rules ask for now.
void TunnelSession::settle() {
  if (over_) return;
  for (auto action = tunnel_.next(); action != proxy::Tunnel::Action::none; action = tunnel_.next()) {
    if (action == proxy::Tunnel::Action::over) return finish(Reason::none, tunnel_.endedFirst());
    (action == proxy::Tunnel::Action::end_origin ? origin_ : client_).end();
  }
}

void TunnelSession::broken(const Leg& leg) {
  finish(&leg == &client_ ? Reason::client_reset : Reason::connection_terminated, sideOf(leg));
}

void TunnelSession::onDeadline(MonoTime now) {
  for (Leg* leg : {&client_, &origin_}) {
    if (leg->peerTook()) lastByte_ = now;
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
  return all == Duration::zero() ? MonoTime::max() : began_ + all;
}

void TunnelSession::finish(Reason reason, Side by) {
  if (over_) return;
  over_ = true;
  if (reason != Reason::none) note(word(reason));
  record::ExchangeRecord record = this->record();
  record.reason = reason;
  record.ended_by = by;
  record.ended_in = record::Phase::tunnel;
  record.total = context_.loop.now() - began_;
  listener_->noteFailure(client(), record);  // first, so that /why has it when the client sees the close
  closeBoth(record);
  context_.write(record, counters());
  context_.leave(*this);
}

void TunnelSession::closeBoth(const record::ExchangeRecord& record) {
  if (record.reason == Reason::none) {
    client_.close();
    origin_.close();
    return;
  }
  // Bytes that one side sent before it failed belong to the other.
  if (record.ended_by != Side::daemon) {
    Leg& sink = record.ended_by == Side::client ? origin_ : client_;
    DeliveringSession::begin(context_, listener_, std::move(admission_), std::move(sink), record);
  }
  client_.reset();  // an end would say that all bytes have come
  origin_.reset();
}

}  // namespace megaphone::server
