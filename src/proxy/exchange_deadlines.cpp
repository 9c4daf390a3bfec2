// Exchange: the deadline of each state, and what follows when it passes.
#include <algorithm>

#include "disclosable.h"
#include "megaphone/proxy/exchange.h"

namespace megaphone::proxy {

std::optional<MonoTime> Exchange::deadline() const {
  const auto phase = phaseDeadline();
  const auto all = totalDeadline();
  return phase && all ? std::min(phase, all) : phase ? phase : all;
}

std::optional<MonoTime> Exchange::phaseDeadline() const {
  switch (request_) {
    case Request::head: return requests_.begun() ? began_ + policy_->headTimeout : progress_ + policy_->idleTimeout;
    case Request::judging:
    case Request::connecting: return std::nullopt;  // the connect has its own
    case Request::body: return progress_ + (awaitsContinue() ? policy_->responseTimeout : policy_->bodyTimeout);
    case Request::done:
      return progress_ + (answer_ == Answer::awaited ? policy_->responseTimeout : policy_->bodyTimeout);
    case Request::closed: return std::nullopt;
  }
  return std::nullopt;
}

// Returns whether the client waits for 100 before it sends its content (RFC 9110 section 10.1.1): the origin is next.
bool Exchange::awaitsContinue() const { return facts_.expects && !contentBegun_ && !continued_; }

std::optional<MonoTime> Exchange::totalDeadline() const {
  if (policy_->totalTimeout == Duration::zero() || record_.id == 0 || request_ == Request::closed) return std::nullopt;
  return began_ + policy_->totalTimeout;
}

void Exchange::deadlinePassed(std::optional<Side> blocked, MonoTime now) {
  now_ = now;
  if (!deadline()) return;
  if (request_ == Request::head && !requests_.begun()) return closeIdle();
  const auto all = totalDeadline();
  const bool inAll = all && *all <= now;
  // Bytes that waited for it are lost, so only a reset may follow.
  if (blocked == Side::client) {
    return cut(inAll ? Reason::exchange_timeout : Reason::client_write_timeout, Side::client, {});
  }
  if (inAll) {
    const std::string what = notWithin("not over", policy_->totalTimeout, "total_timeout");
    if (answer_ == Answer::body) return cut(Reason::exchange_timeout, Side::daemon, what);
    return fail({Reason::exchange_timeout, Side::daemon, 0, what});
  }
  if (request_ == Request::head) {
    fail({Reason::request_head_timeout, Side::client, 0,
          notWithin("no whole head", policy_->headTimeout, "request_head_timeout")});
  } else if (blocked == Side::origin) {
    takeOriginError({Reason::connection_write_timeout, Side::origin, 0,
                     notWithin(target_.key + " took nothing", policy_->bodyTimeout, "body_timeout")});
  } else if (answer_ == Answer::body) {
    cut(Reason::response_body_timeout, Side::origin,
        notWithin("nothing more of " + target_.key, policy_->bodyTimeout, "body_timeout"));
  } else if (request_ == Request::body && !awaitsContinue()) {
    fail({Reason::request_body_timeout, Side::client, 0,
          notWithin("nothing more of the body", policy_->bodyTimeout, "body_timeout")});
  } else {
    fail({Reason::http_response_timeout, Side::origin, 0,
          notWithin("no answer of " + target_.key, policy_->responseTimeout, "response_timeout")});
  }
}

}  // namespace megaphone::proxy
