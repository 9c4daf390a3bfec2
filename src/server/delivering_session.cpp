#include "delivering_session.h"

namespace megaphone::server {

void DeliveringSession::begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener,
                              Admission admission, Leg&& leg, const record::ExchangeRecord& record) {
  if (!leg) return;
  std::unique_ptr<DeliveringSession> made(
      new DeliveringSession(context, std::move(listener), std::move(admission), std::move(leg), record));
  DeliveringSession& session = *made;
  context.enter(std::move(made), session.listener_->countersOn(context.index));
  session.look();
}

DeliveringSession::DeliveringSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener,
                                     Admission admission, Leg&& leg, const record::ExchangeRecord& record)
    : context_(context),
      listener_(std::move(listener)),
      admission_(std::move(admission)),
      leg_(*this, std::move(leg)),
      record_(record),
      lastTaken_(context.loop.now()) {}

record::LiveConnection DeliveringSession::live(MonoTime now) const {
  return {record_, record::LiveConnection::State::ending, record::Phase::body, now - lastTaken_};
}

// Nothing tells that the last byte is acknowledged, so the socket is asked now and then.
void DeliveringSession::look() {
  constexpr Duration kLookEvery = Deadlines::kTick;
  if (over_) return;
  const MonoTime now = context_.loop.now();
  if (leg_.peerTook()) lastTaken_ = now;
  if (leg_.peerTookAll() || lastTaken_ + listener_->settings.body_timeout <= now) return reset();
  context_.deadlines.set(*this, now + kLookEvery);
}

void DeliveringSession::reset() {
  if (std::exchange(over_, true)) return;
  leg_.reset();
  context_.leave(*this);
}

}  // namespace megaphone::server
