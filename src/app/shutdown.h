// Shutdown: how the daemon ends. Told to stop, it serves as before for drain_delay; then it accepts nobody any more,
// and what is under way has drain_time to end; what is left is cut. Told again, it ends at once. Main thread.
#pragma once

#include "megaphone/config/settings.h"
#include "megaphone/uv/handles.h"
#include "service_manager.h"
#include "workers.h"

namespace megaphone::app {

class Shutdown {
 public:
  // Ends with loop.stop(). REQUIRES: all of them outlive it.
  Shutdown(uv::Loop& loop, Workers& workers, ServiceManager& manager);

  bool begun() const { return begun_; }
  void onSignal(const config::DaemonSettings& settings);

 private:
  void drain();
  void cut();

  uv::Loop& loop_;
  Workers& workers_;
  ServiceManager& manager_;
  uv::Timer delay_;
  uv::Timer limit_;
  Duration drainTime_{};
  bool begun_ = false;
};

}  // namespace megaphone::app
