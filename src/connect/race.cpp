#include "race.h"

#include <algorithm>
#include <utility>

#include "dial.h"
#include "megaphone/uv/stream.h"

namespace megaphone::connect {
namespace {

bool isShortage(const Error& error) { return error.reason == Reason::connection_limit_reached; }

}  // namespace

class Race::Attempt final : public uv::StreamSink {
 public:
  Attempt(Race& race, const Endpoint& to, UniqueFd fd)
      : race_(race), to_(to), leg_(race.tap_.begun(fd.get(), to)), stream_(race.loop_, std::move(fd), *this) {
    stream_.setNoDelayLate();
    stream_.awaitWritable();
  }
  ~Attempt() { race_.tap_.gone(leg_); }
  void failed(const Error& error) { race_.tap_.failed(leg_, error); }
  // Passes on the connection, and with it the duty to report to captures.
  Connection succeeded() {
    race_.tap_.accepted(leg_);
    stream_.clearSink();
    return {std::move(stream_), to_, std::exchange(leg_, 0)};
  }
  Result<void> outcome() const {
    if (stream_.mayHaveEnded()) {
      if (auto connected = outcomeOf(stream_.fd(), to_); !connected) return connected;
    }
    return mayBeUsed(stream_.fd(), to_, *race_.destination_.ownPorts, race_.destination_.own.get());
  }
  const Endpoint& to() const { return to_; }

 private:
  void onReadable() override {}  // reading is never on
  void onWritable() override { race_.attemptReady(*this); }

  Race& race_;
  Endpoint to_;
  capture::LegId leg_;
  uv::Stream stream_;
};

Race::Race(uv::Loop& loop, ConnectPlan plan, Destination destination, AttemptTap tap, RaceSink& sink)
    : loop_(loop),
      plan_(std::move(plan)),
      destination_(std::move(destination)),
      tap_(std::move(tap)),
      sink_(sink),
      timer_(loop, [this] { go(); }) {}

Race::~Race() = default;

void Race::start() {
  started_ = true;
  go();
}

void Race::lookupAnswered(IpAddress::Family family, std::span<const IpAddress> judged) {
  plan_.lookupAnswered(family, judged, loop_.now());
  go();
}

void Race::lookupFailed(IpAddress::Family family, Error error) {
  plan_.lookupFailed(family, std::move(error), loop_.now());
  go();
}

// Runs what is due and sets the timer for the next step. The race may be destroyed when it returns.
void Race::go() {
  if (!started_ || ended_) return;
  const MonoTime now = loop_.now();
  if (now >= destination_.deadline) return fail(plan_.failureAtDeadline());
  while (const auto address = plan_.next(now)) dialNow(*address);
  if (plan_.exhausted()) return fail(plan_.failure());
  timer_.start(std::min(plan_.wakeAt().value_or(destination_.deadline), destination_.deadline) - now);
}

void Race::dialNow(const IpAddress& address) {
  const Endpoint to{address, destination_.port};
  if (!firstDial_) firstDial_ = loop_.now();
  const std::size_t most = plan_.hasRoomForOne() ? 1 : kMostAtOnce;
  while (attempts_.size() >= most) giveUpOldest();
  auto fd = socketFor(to);
  const bool crowded = fd ? fd->get() >= destination_.crowdedFrom : isShortage(fd.error());
  plan_.haveRoomForOne(crowded, loop_.now());
  if (crowded && !attempts_.empty()) return plan_.attemptPutOff(loop_.now());
  if (!fd) return plan_.attemptFailed(std::move(fd.error()), loop_.now());
  if (auto begun = dial(fd->get(), to); !begun) return plan_.attemptFailed(std::move(begun.error()), loop_.now());
  attempts_.push_back(std::make_unique<Attempt>(*this, to, std::move(*fd)));
}

void Race::giveUpOldest() {
  Attempt& oldest = *attempts_.front();
  Error error{Reason::connection_timeout, Side::origin, 0, oldest.to().text()};
  oldest.failed(error);
  plan_.attemptGivenUp(std::move(error));
  attempts_.erase(attempts_.begin());
}

void Race::attemptReady(Attempt& attempt) {
  auto outcome = attempt.outcome();
  if (outcome) return succeed(attempt.succeeded());
  attempt.failed(outcome.error());
  std::erase_if(attempts_, [&](const auto& each) { return each.get() == &attempt; });
  plan_.attemptFailed(std::move(outcome.error()), loop_.now());
  go();
}

void Race::end() {
  ended_ = true;
  timer_.stop();
  attempts_.clear();
}

void Race::succeed(Connection connection) {
  end();
  sink_.onConnected(std::move(connection));
}

void Race::fail(Error error) {
  end();
  sink_.onRaceFailed(explained(std::move(error)));
}

// Adds the step that failed, and the destination.
Error Race::explained(Error error) const {
  if (plan_.tried() == 0) {
    if (error.context.empty()) error.context = "look up the host of " + destination_.text;
    return error;
  }
  std::string text = "connect to " + destination_.text;
  if (plan_.tried() > 1)
    text += " (tried " + std::to_string(plan_.tried()) + " addresses)";
  else if (!error.context.empty() && error.context != destination_.text)
    text += " at " + error.context;
  error.context = std::move(text);
  return error;
}

}  // namespace megaphone::connect
