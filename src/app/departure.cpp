#include "departure.h"

#include "megaphone/config/units.h"
#include "megaphone/log/log.h"

namespace megaphone::app {

Departure::Departure(uv::Loop& loop, Crew& crew, ServiceManager& manager)
    : loop_(loop), crew_(crew), manager_(manager), delay_(loop, [this] { drain(); }), limit_(loop, [this] { cut(); }) {}

void Departure::onSignal(const config::Daemon& settings) {
  if (begun_) {
    log::info("told to stop again: ending at once");
    return loop_.stop();
  }
  begun_ = true;
  drainTime_ = settings.drain_time;
  manager_.stopping(settings.drain_delay + settings.drain_time);
  if (settings.drain_delay == Duration::zero()) return drain();
  log::info("told to stop: clients are still accepted for " + config::durationText(settings.drain_delay));
  delay_.start(settings.drain_delay);
}

void Departure::drain() {
  log::info("stopping: what is under way has " + config::durationText(drainTime_) + " to end");
  crew_.drain();
  limit_.start(drainTime_);
}

void Departure::cut() {
  log::warning("the drain time is over: what is left is cut");
  loop_.stop();
}

}  // namespace megaphone::app
