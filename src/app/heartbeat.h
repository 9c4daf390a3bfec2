// Heartbeat: what a service manager hears of a daemon that runs. Every few seconds STATUS has new figures, and WATCHDOG
// is fed when every event loop and connect worker has answered. Without a service manager nothing happens and nothing
// wakes up. Main thread.
#pragma once

#include "megaphone/uv/handles.h"
#include "service_manager.h"
#include "workers.h"

namespace megaphone::app {

class Heartbeat {
 public:
  // REQUIRES: the workers and the manager outlive it.
  Heartbeat(uv::Loop& loop, Workers& workers, ServiceManager& manager);
  void onAllPresent();

 private:
  void beat();
  void tellFigures();
  void feedWatchdog();

  uv::Loop& loop_;
  Workers& workers_;
  ServiceManager& manager_;
  const bool watched_;
  const Duration every_;
  uv::Timer timer_;
  Figures last_;
  MonoTime lastTime_;
  bool hangs_ = false;
};

}  // namespace megaphone::app
