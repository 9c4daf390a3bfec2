#include "delivering_session.h"

namespace megaphone::server {

void DeliveringSession::begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener,
                              Admission admission, Rest rest, const record::ExchangeRecord& record) {
  if (!rest.stream) return;
  std::unique_ptr<DeliveringSession> made(
      new DeliveringSession(context, std::move(listener), std::move(admission), std::move(rest), record));
  DeliveringSession& session = *made;
  context.enter(std::move(made), session.listener_->countersOn(context.index));
  if (!session.over_) session.look();
}

DeliveringSession::DeliveringSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener,
                                     Admission admission, Rest rest, const record::ExchangeRecord& record)
    : context_(context),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      rest_(std::move(rest)),
      record_(std::make_unique<record::ExchangeRecord>(record)),
      lastTaken_(context.loop.now()) {
  rest_.stream.setSink(*this);
  rest_.stream.pauseReading();
}

record::LiveConnection DeliveringSession::live(MonoTime now) const {
  return {*record_, record::LiveConnection::State::ending, record::Phase::body, now - lastTaken_};
}

void DeliveringSession::onWritable() {
  if (over_) return;
  if (rest_.out.resume(rest_.stream) == uv::Outgoing::Status::failed) return reset();
  if (rest_.out.empty() && !rest_.splice.deliver(rest_.stream)) return reset();
  look();
}

void DeliveringSession::onDeadline(MonoTime) { look(); }

// Nothing tells that the last byte is acknowledged, so the socket is asked now and then.
void DeliveringSession::look() {
  constexpr Duration kLookEvery = Deadlines::kTick;
  const MonoTime now = context_.loop.now();
  if (progress_.look(rest_.stream, rest_.out.size() + rest_.splice.held())) lastTaken_ = now;
  if (progress_.tookAll() || lastTaken_ + listener_->settings.body_timeout <= now) return reset();
  context_.deadlines.set(*this, now + kLookEvery);
}

void DeliveringSession::reset() {
  if (std::exchange(over_, true)) return;
  rest_.splice.close(context_.pipes);
  rest_.stream.reset();
  context_.leave(*this);
}

}  // namespace megaphone::server
