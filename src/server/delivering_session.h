// DeliveringSession: a connection that is to be reset, as soon as its peer has what had arrived for it.
//
// A reset says that what came before it was cut off, and it destroys what the peer has not acknowledged. So the rest is
// written first; the reset follows when all of it is acknowledged, or nothing has been for `body_timeout`.
#pragma once

#include <memory>

#include "leg.h"
#include "proxy_listener.h"
#include "session.h"

namespace megaphone::server {

class DeliveringSession final : public Session, private LegSink {
 public:
  // Takes the leg with the bytes that wait for it, and enters the context. `record` is that of the exchange or tunnel
  // that has ended.
  static void begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                    Leg&& leg, const record::ExchangeRecord& record);

  void drain() override {}
  void judgeAgain() override {}
  void captureChanged() override {}
  const record::Client& client() const override { return admission_.client(); }
  record::LiveConnection live(MonoTime now) const override;
  void cut(Reason) override { reset(); }
  std::optional<record::ExchangeRecord> underWay() const override { return std::nullopt; }

 private:
  DeliveringSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                    Leg&& leg, const record::ExchangeRecord& record);
  // The leg stays held.
  void onRead(Leg&, std::span<char>) override {}
  void onEnded(Leg&) override {}
  void onBroken(Leg&, int) override {}
  void onReset(Leg&) override { reset(); }
  void onTaken(Leg&) override {}
  void onDeaf(Leg&) override { reset(); }
  void settle() override { look(); }
  void onDeadline(MonoTime) override { look(); }
  void look();
  void reset();

  LoopContext& context_;
  std::shared_ptr<const ProxyListenerState> listener_;
  Admission admission_;
  Leg leg_;
  const record::ExchangeRecord record_;
  MonoTime lastTaken_;
  bool over_ = false;
};

}  // namespace megaphone::server
