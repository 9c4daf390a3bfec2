// ProxySession: one client connection of a proxy listener. Carries bytes between the sockets and the Exchange, does the
// actions that it returns, and decides nothing itself.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "origin_dial.h"
#include "peer_progress.h"
#include "proxy_listener.h"
#include "session.h"

namespace megaphone::server {

class ProxySession final : public Session, private OriginDialSink {
 public:
  // `refusal`: every request of this client gets that answer (not among `clients`, or too many connections).
  ProxySession(LoopContext& context, SocketId socket, std::shared_ptr<const ProxyListenerState> listener, UniqueFd fd,
               Admission admission, std::optional<Error> refusal);

  void takeEarly(std::string_view bytes) override;
  void drain() override;
  void judgeAgain() override;
  std::optional<MonoTime> idleSince(const Admissions* of, MonoTime at) const override;
  const record::Client& client() const override { return admission_.client(); }
  record::LiveConnection live(MonoTime now) const override;
  void cut(Reason reason) override;
  const record::ExchangeRecord* underWay() const override;
  void captureChanged() override;

 private:
  // Each side's stream calls its own member functions.
  struct ClientSink final : uv::StreamSink {
    explicit ClientSink(ProxySession& s) : session(s) {}
    void onReadable() override { session.onClientReadable(); }
    void onWritable() override { session.onClientWritable(); }
    void onReset() override { session.onClientReset(); }
    void onTurn() override { session.pump(); }
    ProxySession& session;
  };
  struct OriginSink final : uv::StreamSink {
    explicit OriginSink(ProxySession& s) : session(s) {}
    void onReadable() override { session.onOriginReadable(); }
    void onWritable() override { session.onOriginWritable(); }
    ProxySession& session;
  };
  enum class Life : std::uint8_t {
    serving,
    finishing,  // an answer is whole, and waits for the client to take the rest of it
    lingering,  // our end is sent: what the client still sends is read and dropped
    over,
  };

  void onClientReadable();
  void onClientWritable();
  void onClientReset();
  void onOriginReadable();
  void onOriginWritable();
  void onDialled(OriginDial::Outcome&& outcome) override;
  Awaited awaited() const override;
  void onForgotten() override;
  void takeOrigin(OriginDial::Outcome&& outcome);
  void onDeadline(MonoTime now) override;
  bool peersTake();

  std::size_t readClient();
  void clientEnds();
  void clientBroken();
  std::size_t readOrigin();
  void originEnds();
  void originBroken(int errnum);
  void move(Side from);
  void openSplice(Side from, std::size_t size);
  void pump();
  void act();
  void perform(const proxy::Action& action);
  void judge();
  void answerAsUs();
  const Endpoint& reachedAt();
  void connect();
  void closeOrigin();
  void keepOrigin();
  void beginTunnel();
  void sendEarly();
  void finished();
  void takeNewSettings();
  void unfinished(Reason reason, Side by);
  void closeClient();
  void linger();
  void lingerOn(MonoTime at);
  void end();

  bool isWanted();
  void captureClient();
  void captureOrigin(const Endpoint& endpoint);
  void tellExchange(std::string_view host, capture::Next nextOfOrigin = capture::Next::unknown);
  void captureConnected(const OriginDial::Established& origin);
  void captureKept(const Endpoint& endpoint);
  void noteVerdict(std::string text, const Endpoint& endpoint);
  void captureOriginEnd();
  void captureEnd();

  void add(Batch& batch, const proxy::Action& action);
  void flushClient();
  void flushOrigin();
  void keepRest();
  void updateReading();
  void setDeadline();
  MonoTime nextLook() const;
  MonoTime finishingDeadline() const;
  bool clientIsQuiet() const;
  std::size_t waitsForClient() const { return toClient_.size() + fromOrigin_.held(); }
  std::size_t waitsForOrigin() const { return toOrigin_.size() + fromClient_.held(); }
  bool clientIsFull() const { return !toClient_.empty() || fromOrigin_.held() > 0; }
  bool originIsFull() const { return !toOrigin_.empty() || fromClient_.held() > 0; }
  MonoTime now() const { return context_.loop.now(); }

  LoopContext& context_;
  const SocketId socket_;
  std::uint32_t generation_;  // of listener_
  std::shared_ptr<const ProxyListenerState> listener_;
  Admission admission_;
  std::optional<Error> refusal_;
  ClientSink clientSink_{*this};
  OriginSink originSink_{*this};
  uv::Stream client_;
  uv::Stream origin_;
  uv::Outgoing toClient_;
  uv::Outgoing toOrigin_;
  SplicePath fromClient_;
  SplicePath fromOrigin_;
  PeerProgress clientProgress_;
  PeerProgress originProgress_;
  // Read and not yet used by the exchange; that side is not read while there is any.
  std::string clientRest_;
  std::string originRest_;
  proxy::Exchange exchange_;
  OriginDial dial_;
  std::string originEarly_;  // what comes first in the tunnel: it stood behind the prologue of the route
  Life life_ = Life::serving;
  bool clientEnded_ = false;
  bool captureLater_ = false;  // as soon as no pipe holds anything
  bool originDeaf_ = false;    // it takes nothing more; what it has said is still read
  MonoTime lingerUntil_{};
};

}  // namespace megaphone::server
