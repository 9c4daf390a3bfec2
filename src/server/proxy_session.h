// ProxySession: one client connection of a proxy listener. Carries bytes between the sockets and the Exchange, does the
// actions that it returns, and decides nothing itself.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "leg.h"
#include "origin_dial.h"
#include "proxy_listener.h"
#include "session.h"

namespace megaphone::server {

class ProxySession final : public Session, private LegSink, private OriginDialSink {
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
  std::optional<record::ExchangeRecord> underWay() const override;
  void captureChanged() override { client_.captureChanged(); }

 private:
  enum class Life : std::uint8_t {
    serving,
    finishing,  // an answer is whole, and waits for the client to take the rest of it
    lingering,  // our end is sent: what the client still sends is read and dropped
    over,
  };

  void onRead(Leg& leg, std::span<char> bytes) override;
  void onEnded(Leg& leg) override;
  void onBroken(Leg& leg, int errnum) override;
  void onReset(Leg& leg) override;
  void onTaken(Leg& leg) override;
  void onDeaf(Leg& leg) override;
  void settle() override { pump(); }
  std::uint64_t movable(const Leg& from) const override;
  void onMoved(Leg& from, std::uint64_t size) override;
  bool wantsCapture() const override;
  void capture(Leg& leg) override;
  void beforeCapturedRead(Leg& leg) override;
  void beforeCapturedWrite(Leg& leg) override;
  void onDialled(OriginDial::Outcome&& outcome) override;
  Awaited awaited() const override;
  void onForgotten() override;
  void takeOrigin(OriginDial::Outcome&& outcome);
  void onDeadline(MonoTime now) override;
  bool peersTake();

  Side sideOf(const Leg& leg) const { return &leg == &client_ ? Side::client : Side::origin; }
  void clientBroken();
  void originBroken(int errnum);
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
  MonoTime now() const { return context_.loop.now(); }

  LoopContext& context_;
  const SocketId socket_;
  std::uint32_t generation_;  // of listener_
  std::shared_ptr<const ProxyListenerState> listener_;
  Admission admission_;
  std::optional<Error> refusal_;
  Leg client_;
  Leg origin_;
  // Read and not yet used by the exchange; that side is not read while there is any.
  std::string clientRest_;
  std::string originRest_;
  proxy::Exchange exchange_;
  OriginDial dial_;
  std::optional<Endpoint> reachedAt_;  // our address as the client has it; nothing until it was asked for
  std::string originEarly_;            // what comes first in the tunnel: it stood behind the prologue of the route
  Life life_ = Life::serving;
  MonoTime lingerUntil_{};
};

}  // namespace megaphone::server
