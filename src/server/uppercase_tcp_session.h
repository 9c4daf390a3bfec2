// UppercaseTcpSession: answers every byte as soon as it comes, out of the place where it was read.
#pragma once

#include <memory>

#include "leg.h"
#include "session.h"
#include "uppercase_tcp_listener.h"

namespace megaphone::server {

class UppercaseTcpSession final : public Session, private LegSink {
 public:
  UppercaseTcpSession(LoopContext& context, SocketId socket, std::shared_ptr<const UppercaseTcpListenerState> listener,
                      UniqueFd fd, Admission admission);

  void takeEarly(std::string_view bytes) override;
  void drain() override { end(Reason::daemon_stopping); }
  void judgeAgain() override;
  void captureChanged() override { client_.captureChanged(); }
  const record::Client& client() const override { return admission_.client(); }
  record::LiveConnection live(MonoTime now) const override;
  void cut(Reason reason) override { finish(reason, Side::daemon); }
  std::optional<record::ExchangeRecord> underWay() const override {
    return life_ == Life::answering ? std::optional(record_) : std::nullopt;
  }

 private:
  enum class Life : std::uint8_t {
    answering,
    ending,     // no more is answered; what waits is still written, then our end is sent
    lingering,  // our end is sent: what the client still sends is read and dropped
    over,
  };

  void onRead(Leg& leg, std::span<char> bytes) override;
  void onEnded(Leg& leg) override;
  void onBroken(Leg& leg, int errnum) override;
  void onTaken(Leg& leg) override;
  void onDeaf(Leg& leg) override;
  void settle() override;
  bool wantsCapture() const override;
  void capture(Leg&) override { beginCapture(true); }
  void onDeadline(MonoTime now) override;
  void setDeadline(MonoTime now);
  void beginCapture(bool late);
  void answer(std::span<char> bytes);
  void end(Reason reason);
  void finish(Reason reason, Side by);

  LoopContext& context_;
  const SocketId socket_;
  std::shared_ptr<const UppercaseTcpListenerState> listener_;
  Admission admission_;
  Leg client_;
  record::ExchangeRecord record_;
  Life life_ = Life::answering;
  MonoTime began_;
  MonoTime lastByte_;
};

}  // namespace megaphone::server
