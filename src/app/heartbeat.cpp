#include "heartbeat.h"

#include <algorithm>

#include "megaphone/base/ascii.h"
#include "megaphone/log/log.h"
#include "notify.h"

namespace megaphone::app {
namespace {

constexpr Duration kAtMost = std::chrono::seconds(10);
constexpr Duration kAtLeast = std::chrono::milliseconds(10);
constexpr int kBeatsOfPatience = 3;  // one that comes late is no misfortune

}  // namespace

Heartbeat::Heartbeat(uv::Loop& loop, Workers& workers, ServiceManager& manager)
    : loop_(loop),
      workers_(workers),
      manager_(manager),
      watched_(watchdogPatience().has_value()),
      every_(std::clamp(watchdogPatience().value_or(kAtMost) / kBeatsOfPatience, kAtLeast, kAtMost)),
      timer_(loop, [this] { beat(); }),
      last_(workers.figures()),
      lastTime_(loop.now()) {
  if (isSupervised()) timer_.start(every_);
}

void Heartbeat::beat() {
  timer_.start(every_);
  tellFigures();
  if (watched_) feedWatchdog();
}

void Heartbeat::tellFigures() {
  Figures now = workers_.figures();
  manager_.figures(sentence(last_, now, loop_.now() - lastTime_));
  last_ = now;
  lastTime_ = loop_.now();
}

void Heartbeat::feedWatchdog() {
  const std::vector<std::string> missing = workers_.missing();
  if (missing.empty()) return workers_.checkLiveness();
  if (std::exchange(hangs_, true)) return;
  log::error("no answer from " + ascii::join(missing) + ": the service manager's watchdog is not fed any more");
}

void Heartbeat::onAllPresent() {
  if (std::exchange(hangs_, false)) log::warning("all event loops and connect workers answer again");
  if (watched_) manager_.alive();
}

}  // namespace megaphone::app
