// DeliveringSession: a connection that is to be reset, as soon as its peer has what had arrived for it.
//
// A reset says that what came before it was cut off, and it destroys what the peer has not acknowledged. So the rest is
// written first; the reset follows when all of it is acknowledged, or nothing has been for `body_timeout`.
#pragma once

#include <memory>

#include "peer_progress.h"
#include "proxy_listener.h"
#include "session.h"

namespace megaphone::server {

class DeliveringSession final : public Session, private uv::StreamSink {
 public:
  struct Rest {
    uv::Stream stream;
    uv::Outgoing out;   // what waits for the stream
    SplicePath splice;  // the same, behind it
  };
  // Takes the stream over and enters the context. `record` is that of the exchange or tunnel that has ended.
  static void begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                    Rest rest, const record::ExchangeRecord& record);

  void drain() override {}
  void judgeAgain() override {}
  void captureChanged() override {}
  const record::Client& client() const override { return admission_.client(); }
  record::LiveConnection live(MonoTime now) const override;
  void cut(Reason) override { reset(); }
  const record::ExchangeRecord* underWay() const override { return nullptr; }

 private:
  DeliveringSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                    Rest rest, const record::ExchangeRecord& record);
  void onReadable() override {}  // its reading is off
  void onWritable() override;
  void onReset() override { reset(); }
  void onDeadline(MonoTime now) override;
  void look();
  void reset();

  LoopContext& context_;
  std::shared_ptr<const ProxyListenerState> listener_;
  Admission admission_;
  Rest rest_;
  PeerProgress progress_;
  std::unique_ptr<record::ExchangeRecord> record_;
  MonoTime lastTaken_;
  bool over_ = false;
};

}  // namespace megaphone::server
