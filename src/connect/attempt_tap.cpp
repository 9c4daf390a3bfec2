#include "attempt_tap.h"

#include "megaphone/connect/connects.h"

namespace megaphone::connect {

using capture::EventKind;

AttemptTap::AttemptTap(capture::Lane* lane, const Job& job) {
  if (!lane || !job.capture) return;
  lane_ = lane;
  job_ = &job;
}

capture::LegId AttemptTap::begun(int fd, const Endpoint& to) const {
  if (!lane_) return 0;
  const auto local = Endpoint::local(fd);
  if (!local) return 0;
  const capture::LegId leg = lane_->nextLeg();
  lane_->push(
      {.kind = EventKind::open, .side = Side::origin, .leg = leg, .local = *local, .remote = to, .host = job_->host});
  lane_->push({.kind = EventKind::about,
               .leg = leg,
               .exchange = job_->capture->exchange,
               .client = job_->client.address(),
               .listener = job_->capture->listener,
               .host = job_->host});
  return leg;
}

// A peer that was not reached has refused nothing.
void AttemptTap::failed(capture::LegId leg, const Error& error) const {
  const bool answered = error.reason == Reason::connection_refused || error.reason == Reason::connection_terminated;
  if (answered) happens(EventKind::refused, leg);
}

void AttemptTap::happens(EventKind kind, capture::LegId leg) const {
  if (leg != 0) lane_->push({.kind = kind, .leg = leg});
}

}  // namespace megaphone::connect
