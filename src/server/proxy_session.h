// ProxySession: one client connection of a proxy listener. Carries bytes between the sockets and the Exchange, does the
// actions that it returns, and decides nothing itself.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "listener_state.h"
#include "peer_progress.h"
#include "session.h"

namespace megaphone::server {

class ProxySession final : public Session, private ConnectRequester {
 public:
  // `refusal`: every request of this client gets that answer (not among `clients`, or too many connections).
  ProxySession(LoopContext& context, SocketId socket, std::shared_ptr<const ProxyListenerState> listener, UniqueFd fd,
               Admission admission, std::optional<Error> refusal);

  void drain() override;
  void judgeAgain() override;
  std::optional<MonoTime> idleSince(const Admissions* of, MonoTime at) const override;
  const record::Client& client() const override { return admission_.client(); }
  record::LiveConnection live(MonoTime now) const override;
  void cut(Reason reason) override;
  const record::ExchangeRecord* underWay() const override;
  void captureChanged() override;
  observe::Counter& counted(observe::Counters& counters) const override { return counters.proxy.open; }

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
  // While the origin brings no answer.
  struct Wait final : Deadlines::Node {
    explicit Wait(ProxySession& s) : session(s) {}
    void onDeadline(MonoTime /*now*/) override { session.onSilence(); }
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
  void onConnected(connect::Outcome&& outcome) override;
  bool mayConnectAgain(const Error& error);
  void onDeadline(MonoTime now) override;
  void onSilence();
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
  void letIdleGo();
  void beginTunnel();
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
  void captureConnected(connect::Connection& connection, Duration resolve, Duration connect);
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
  Wait wait_{*this};
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
  std::optional<connect::JobId> job_;
  std::uint8_t connects_ = 0;  // that failed for want of descriptors, and were asked for again
  Life life_ = Life::serving;
  bool clientEnded_ = false;
  bool captureLater_ = false;  // as soon as no pipe holds anything
  bool ownsIdle_ = false;      // idle connections to origins that are bound to this session
  bool originDeaf_ = false;    // it takes nothing more; what it has said is still read
  MonoTime lingerUntil_{};
};

}  // namespace megaphone::server
