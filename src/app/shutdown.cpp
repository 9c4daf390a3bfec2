#include "shutdown.h"

#include "megaphone/config/units.h"
#include "megaphone/log/log.h"

namespace megaphone::app {

Shutdown::Shutdown(uv::Loop& loop, Workers& workers, ServiceManager& manager)
    : loop_(loop), workers_(workers), manager_(manager), delay_(loop, [this] { drain(); }), limit_(loop, [this] {
        cut();
      }) {}

void Shutdown::onSignal(const config::DaemonSettings& settings) {
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

void Shutdown::drain() {
  log::info("stopping: what is under way has " + config::durationText(drainTime_) + " to end");
  workers_.drain();
  limit_.start(drainTime_);
}

void Shutdown::cut() {
  log::warning("the drain time is over: what is left is cut");
  loop_.stop();
}

}  // namespace megaphone::app
