#include "megaphone/connect/connect_plan.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace megaphone::connect {
namespace {

using Family = IpAddress::Family;

Family other(Family family) { return family == Family::v4 ? Family::v6 : Family::v4; }

// Ranks errors by how far the attempt got: the further, the more they say about the destination.
int rank(Reason reason) {
  switch (reason) {
    case Reason::dns_error: return 1;
    case Reason::dns_timeout: return 2;
    case Reason::connection_limit_reached: return 3;
    case Reason::destination_ip_prohibited: return 4;
    case Reason::destination_ip_unroutable: return 5;
    case Reason::destination_unavailable: return 6;
    case Reason::connection_timeout: return 7;
    case Reason::connection_refused: return 8;
    case Reason::connection_terminated: return 9;
    case Reason::proxy_internal_error: return 10;  // our own fault: says nothing about the destination
    case Reason::proxy_loop_detected: return 11;
    default: return 0;
  }
}

}  // namespace

void ConnectPlan::lookupAnswered(Family family, std::span<const IpAddress> judged, MonoTime now) {
  std::vector<IpAddress>& known = side(family).addresses;
  for (const IpAddress& address : judged) {
    if (known.size() == kMaxPerFamily) break;
    if (std::find(known.begin(), known.end(), address) == known.end()) known.push_back(address);
  }
  endLookup(family, now);
}

void ConnectPlan::lookupFailed(Family family, Error error, MonoTime now) {
  note(std::move(error));
  endLookup(family, now);
}

void ConnectPlan::endLookup(Family family, MonoTime now) {
  side(family).asked = false;
  if (tried_ > 0) return;  // the attempt delay rules
  const bool waitForBetter = side(first_).asked && !side(first_).waiting();
  nextAt_ = waitForBetter ? now + kResolutionDelay : now;
}

void ConnectPlan::note(Error error) {
  if (!worst_ || rank(error.reason) >= rank(worst_->reason)) worst_ = std::move(error);
}

void ConnectPlan::attemptFailed(Error error, MonoTime now) {
  assert(underWay_ > 0);
  --underWay_;
  nextAt_ = now;
  note(std::move(error));
}

Family ConnectPlan::choose() const {
  const Family wanted = last_ ? other(*last_) : first_;
  return side(wanted).waiting() ? wanted : other(wanted);
}

std::optional<IpAddress> ConnectPlan::next(MonoTime now) {
  if (!anyWaiting() || now < nextAt_) return std::nullopt;
  const Family family = choose();
  Side& from = side(family);
  last_ = family;
  ++tried_;
  ++underWay_;
  const IpAddress address = from.addresses[from.begun++];
  nextAt_ = now + attemptDelay(now);
  return address;
}

// Divides the time left among the untried addresses, within the bounds of the delay.
Duration ConnectPlan::attemptDelay(MonoTime now) const {
  std::size_t turns = 1;
  for (const Side& each : sides_) turns += each.addresses.size() - each.begun;
  const Duration share = (deadline_ - now) / static_cast<Duration::rep>(turns);
  return roomForOne_ ? std::clamp(share, kAttemptDelay, kLongestDelay)
                     : std::clamp(share, kShortestDelay, kAttemptDelay);
}

void ConnectPlan::attemptGivenUp(Error error) {
  assert(underWay_ > 0);
  --underWay_;
  note(std::move(error));
}

void ConnectPlan::attemptPutOff(MonoTime now) {
  assert(underWay_ > 0 && last_ && side(*last_).begun > 0);
  --underWay_;
  --tried_;
  --side(*last_).begun;
  nextAt_ = now + attemptDelay(now);
  last_ = other(*last_);  // its turn is still to come
}

void ConnectPlan::haveRoomForOne(bool oneOnly, MonoTime now) {
  if (std::exchange(roomForOne_, oneOnly) != oneOnly) nextAt_ = now + attemptDelay(now);
}

std::optional<MonoTime> ConnectPlan::wakeAt() const {
  if (!anyWaiting()) return std::nullopt;
  return nextAt_;
}

bool ConnectPlan::exhausted() const { return underWay_ == 0 && !anyWaiting() && !anyAsked(); }

Error ConnectPlan::failure() const {
  // Both lookups answered, with nothing.
  return worst_.value_or(Error{Reason::dns_error, megaphone::Side::origin, 0, {}});
}

Error ConnectPlan::failureAtDeadline() const {
  if (underWay_ > 0 || anyWaiting()) return {Reason::connection_timeout, megaphone::Side::origin, 0, {}};
  const Error lookup{Reason::dns_timeout, megaphone::Side::origin, 0, {}};
  return worst_ && rank(worst_->reason) > rank(lookup.reason) ? *worst_ : lookup;
}

}  // namespace megaphone::connect
