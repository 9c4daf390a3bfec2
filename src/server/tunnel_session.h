// TunnelSession: a tunnel behind the 200 of CONNECT or the 101 of a change of protocol: two legs, and the half-close
// rules of the Tunnel. Small on purpose: tunnels live long and idle.
#pragma once

#include <memory>
#include <string_view>

#include "leg.h"
#include "megaphone/proxy/tunnel.h"
#include "megaphone/record/packed_record.h"
#include "proxy_listener.h"
#include "session.h"

namespace megaphone::server {

class TunnelSession final : public Session, private LegSink {
 public:
  // The legs are moved from, with what of the answer's head and of the request's content still waits for them.
  struct Ends {
    Leg& client;
    Leg& origin;
    std::string host;  // of the origin, as captures name it
  };
  // Enters the tunnel into the context. `early`: what the client sent behind its request.
  static void begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                    Ends ends, const record::ExchangeRecord& record, std::string_view early);

  void drain() override {}       // tunnels end by themselves, or are cut when the drain time is over
  void judgeAgain() override {}  // what was allowed goes on
  const record::Client& client() const override { return admission_.client(); }
  record::LiveConnection live(MonoTime now) const override;
  void cut(Reason reason) override;
  std::optional<record::ExchangeRecord> underWay() const override { return record(); }
  void captureChanged() override { client_.captureChanged(); }
  observe::Count countedAs() const override { return observe::Count::tunnels_open; }

 private:
  TunnelSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                Ends ends, const record::ExchangeRecord& record);
  void onRead(Leg& source, std::span<char> bytes) override { pass(source, {bytes.data(), bytes.size()}); }
  void onEnded(Leg& source) override { tunnel_.ended(sideOf(source), other(source).isFull()); }
  void onBroken(Leg& leg, int /*errnum*/) override { broken(leg); }
  void onReset(Leg& leg) override { broken(leg); }
  void onTaken(Leg& sink) override;
  void onDeaf(Leg& leg) override { broken(leg); }
  void settle() override;
  std::uint64_t movable(const Leg& /*from*/) const override { return over_ ? 0 : UINT64_MAX; }
  void onMoved(Leg& source, std::uint64_t size) override { count(source, size); }
  bool wantsCapture() const override;
  void capture(Leg& leg) override;

  void onDeadline(MonoTime now) override;
  void pass(Leg& source, std::string_view bytes);
  void count(const Leg& source, std::uint64_t size);
  MonoTime totalDeadline() const;
  void broken(const Leg& leg);
  record::ExchangeRecord record() const;
  void note(std::string_view text);
  void finish(Reason reason, Side by);
  void closeBoth(const record::ExchangeRecord& record);
  void setDeadline(MonoTime now);
  Side sideOf(const Leg& leg) const { return &leg == &client_ ? Side::client : Side::origin; }
  Leg& other(const Leg& leg) { return &leg == &client_ ? origin_ : client_; }

  LoopContext& context_;
  std::shared_ptr<const ProxyListenerState> listener_;
  Admission admission_;
  Leg client_;
  Leg origin_;
  proxy::Tunnel tunnel_;
  const record::PackedRecord before_;  // of the exchange that has become the tunnel
  record::Traffic traffic_;            // of both
  const std::string host_;
  const MonoTime began_;  // the first byte of the request
  MonoTime lastByte_;
  bool over_ = false;
};

}  // namespace megaphone::server
