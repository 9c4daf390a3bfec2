// OriginDial: how a session gets a connection to an origin, and gives it back: a kept one of the same route, or a new
// one by a connect job and the prologue of the route; trying again; and the rules of kept connections.
//
//   asked --> connected --> (prologue) --> established --> kept again, or closed
//
// Not of one protocol: any session may have one. Belongs to the loop's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "deadlines.h"
#include "megaphone/proxy/route.h"
#include "origin_sources.h"

namespace megaphone::server {

class OriginDialSink;

class OriginDial final : private ConnectRequester, private uv::StreamSink, private Deadlines::Node {
 public:
  struct Request {
    proxy::Route route;  // REQUIRES: what it refers to lives until the answer to the request has begun, or cancel()
    proxy::Reuse reuse = proxy::Reuse::none;
    access::DestinationRulesPtr rules;  // judge every address of the hop
    MonoTime deadline{};                // of lookup, attempts and prologue
    const record::Client* client = nullptr;
    std::optional<connect::CaptureTag> capture{};
  };
  struct Times {
    Duration resolve{-1};  // -1: not reached
    Duration connect{-1};
  };
  struct Established {
    uv::Stream stream;  // its sink is to be set
    Endpoint peer;
    std::optional<proxy::Bond> kept{};  // of a kept connection; nothing: it is new
    Times times{};
    capture::LegId leg = 0;  // of a new connection that a capture follows; it hears nothing of a prologue: secrets
    std::string early{};     // what came behind the prologue
  };
  struct Failure {
    Error error;
    Times times{};
  };
  using Outcome = std::variant<Established, Failure>;

  // REQUIRES: all of them outlive it.
  OriginDial(uv::Loop& loop, Deadlines& deadlines, OriginSources& sources, OriginDialSink& sink);
  ~OriginDial() { end(); }

  // Returns the outcome where it is known at once; else the sink is told later. REQUIRES: none is under way.
  std::optional<Outcome> dial(Request request);
  // Ends what is under way; the sink is not told.
  void cancel();
  // Keeps the connection for others on the route of the last request; returns whether it may serve them. REQUIRES: all
  // that was sent has been written, and the answer to it read to its end.
  bool keep(uv::Stream& stream, IdleOrigins::Connection connection);
  // No request of this session will come any more: closes what is bound to it.
  void forget();
  // Does the same, and ends what is under way.
  void end();

 private:
  // A connection on which the prologue of the route is spoken.
  struct Reached {
    Established connection;
    std::unique_ptr<proxy::Prologue> prologue;
  };

  std::optional<Outcome> takeKept();
  std::optional<Outcome> ask();
  bool mayAskAgain(const Error& error);
  void onConnected(connect::Outcome&& outcome) override;
  void onReadable() override;
  void onWritable() override {}
  void onDeadline(MonoTime now) override;
  void goOnWithPrologue();
  void establish(Established established);
  void fail(Reason reason, int errnum);  // of the connection on which the prologue is spoken
  void fail(Error error);
  void tell(Outcome outcome);
  void lookAfter(Duration time) { deadlines_.set(*this, loop_.now() + time); }

  uv::Loop& loop_;
  Deadlines& deadlines_;
  OriginSources& sources_;
  OriginDialSink& sink_;
  Request request_;
  std::optional<connect::JobId> job_;
  std::unique_ptr<Reached> reached_;  // null: none is between connected and established
  Endpoint peer_;                     // of the one that was established last
  std::uint8_t asked_ = 0;            // again, for want of descriptors
  bool ownsKept_ = false;             // connections that are bound to this session
};

class OriginDialSink {
 public:
  enum class Awaited : std::uint8_t {
    nothing,       // or an answer that has begun
    first_answer,  // of a new connection
    repeatable,    // of a kept one that has acknowledged nothing; the request may go out again
  };

  // Gives the outcome of dial().
  virtual void onDialled(OriginDial::Outcome&& outcome) = 0;
  // Returns for what the session waits behind an established connection.
  virtual Awaited awaited() const = 0;
  // The kept connection was forgotten on its way, by a machine that translates addresses.
  virtual void onForgotten() = 0;

 protected:
  ~OriginDialSink() = default;
};

}  // namespace megaphone::server
