// TunnelSession: a tunnel behind the 200 of CONNECT or the 101 of a change of protocol. Two streams, the Tunnel's
// half-close rules, and the bytes between them. Small on purpose: tunnels live long and idle.
#pragma once

#include <memory>
#include <string_view>

#include "megaphone/proxy/tunnel.h"
#include "peer_progress.h"
#include "proxy_listener.h"
#include "session.h"

namespace megaphone::server {

class TunnelSession final : public Session {
 public:
  struct Ends {
    uv::Stream client;
    uv::Stream origin;
    uv::Outgoing toClient;  // what of the answer's head still waits
    uv::Outgoing toOrigin;  // and of the request's content
    std::string host;       // of the origin, as captures name it
  };
  // Enters the tunnel into the context. `early`: what the client sent behind its request.
  static void begin(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                    Ends ends, const record::ExchangeRecord& record, std::string_view early, bool clientEnded);

  void drain() override {}       // tunnels end by themselves, or are cut when the drain time is over
  void judgeAgain() override {}  // what was allowed goes on
  const record::Client& client() const override { return admission_.client(); }
  record::LiveConnection live(MonoTime now) const override;
  void cut(Reason reason) override;
  const record::ExchangeRecord* underWay() const override { return record_.get(); }
  void captureChanged() override;
  observe::Count countedAs() const override { return observe::Count::tunnels_open; }

 private:
  // One direction's source: read here, write to the other.
  struct End final : uv::StreamSink {
    End(TunnelSession& s, Side w) : session(s), side(w) {}
    void onReadable() override { session.onReadable(*this); }
    void onWritable() override { session.onWritable(*this); }
    void onReset() override { session.broken(*this); }
    TunnelSession& session;
    const Side side;
    uv::Stream stream;
    uv::Outgoing out;   // what waits for this end
    SplicePath splice;  // from this end to the other
    PeerProgress progress;
  };

  TunnelSession(LoopContext& context, std::shared_ptr<const ProxyListenerState> listener, Admission admission,
                Ends ends, const record::ExchangeRecord& record);
  void onReadable(End& source);
  void copy(End& source);
  void move(End& source);
  void onWritable(End& sink);
  void onDeadline(MonoTime now) override;
  void pass(End& source, std::string_view bytes);
  void count(const End& source, std::uint64_t size);
  void settle();
  MonoTime totalDeadline() const;
  void broken(const End& end);
  void note(std::string_view text);
  void finish(Reason reason, Side by);
  void closeBoth();
  void deliver(Side from);
  void setDeadline(MonoTime now);
  // Whether bytes of that end wait to be written to the other.
  bool waits(const End& source) { return !other(source).out.empty() || source.splice.held() > 0; }
  End& other(const End& end) { return end.side == Side::client ? origin_ : client_; }

  LoopContext& context_;
  std::shared_ptr<const ProxyListenerState> listener_;
  Admission admission_;
  End client_{*this, Side::client};
  End origin_{*this, Side::origin};
  proxy::Tunnel tunnel_;
  std::unique_ptr<record::ExchangeRecord> record_;
  const std::string host_;
  MonoTime began_;
  MonoTime lastByte_;
  bool captureLater_ = false;  // as soon as no pipe holds anything
  bool over_ = false;
};

}  // namespace megaphone::server
