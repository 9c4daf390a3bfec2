#include "patience.h"

#include <algorithm>

#include "diagnosis.h"

namespace megaphone::client {
namespace {

constexpr Duration kFirstStep = std::chrono::milliseconds(20);
constexpr Duration kLongestStep = std::chrono::milliseconds(500);
constexpr Duration kShortestTry = std::chrono::milliseconds(1);

}  // namespace

Patience::Patience(std::optional<Duration> wait, const Waiter& waiter, const Notes& notes)
    : wait_(wait),
      waiter_(waiter),
      notes_(notes),
      end_(monoNow() + wait.value_or(Duration::zero())),
      step_(kFirstStep) {}

bool Patience::again(Outcome& failure) {
  const bool may_come = failure.code == ExitCode::unreachable || failure.code == ExitCode::timeout;
  if (!wait_ || !may_come) return false;
  if (monoNow() >= end_) {
    failure.cause += ", and so for " + secondsText(*wait_);
    if (failure.advice.ends_with(kWaitHint)) failure.advice.resize(failure.advice.size() - kWaitHint.size());
    return false;
  }
  if (!told_) notes_.remark(failure.cause + ". Waiting up to " + secondsText(*wait_) + " for it.");
  told_ = true;
  return true;
}

Stop Patience::pause() {
  const MonoTime until = std::min(monoNow() + step_, end_);
  step_ = std::min(2 * step_, kLongestStep);
  return waiter_.wait({}, until);
}

Duration Patience::within(Duration timeout) const {
  return wait_ ? std::clamp(Duration(end_ - monoNow()), kShortestTry, timeout) : timeout;
}

}  // namespace megaphone::client
