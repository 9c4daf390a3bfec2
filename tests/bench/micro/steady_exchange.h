// SteadyExchange: an Exchange that has its client and its origin kept alive, and serves the same request over and over,
// as a session does it without sockets.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/proxy/exchange.h"

namespace megaphone::bench {

class SteadyExchange final : private proxy::Environment {
 public:
  SteadyExchange() : exchange_(policy(), *this, now_) {}

  // One request and its answer. False: it did not end as it should.
  bool serve(std::string_view request, std::string_view answer) {
    finished_ = false;
    exchange_.fromClient(request, now_);
    perform();
    exchange_.fromOrigin(answer, now_);
    perform();
    return finished_ && exchange_.idle();
  }

  std::size_t sent() const { return sent_; }

 private:
  using Kind = proxy::Action::Kind;

  static const proxy::ExchangePolicy& policy() {
    static const proxy::ExchangePolicy policy = [] {
      proxy::ExchangePolicy made;
      made.forwarding.tag = "megaphone-bench";
      made.replayBuffer = std::size_t{64} * 1024;
      for (Duration* timeout : {&made.idleTimeout, &made.headTimeout, &made.bodyTimeout, &made.responseTimeout}) {
        *timeout = std::chrono::seconds(60);
      }
      return made;
    }();
    return policy;
  }

  std::uint64_t nextId() override { return ++id_; }
  std::string_view date() override { return "Sat, 01 Jan 2022 00:00:00 GMT"; }

  void perform() {
    for (;;) {
      const proxy::Action action = exchange_.next();
      switch (action.kind) {
        case Kind::none: return;
        case Kind::judge: exchange_.allowed(now_); break;
        case Kind::connect: exchange_.originReady(peer_, proxy::Bond::none, {}, now_); break;
        case Kind::send_client:
        case Kind::send_origin: sent_ += action.before.size() + action.content.size() + action.after.size(); break;
        case Kind::finished: finished_ = true; break;
        default: break;
      }
    }
  }

  MonoTime now_{};
  std::uint64_t id_ = 0;
  std::size_t sent_ = 0;
  bool finished_ = false;
  const Endpoint peer_{IpAddress::v4({192, 0, 2, 1}), 80};
  proxy::Exchange exchange_;
};

}  // namespace megaphone::bench
