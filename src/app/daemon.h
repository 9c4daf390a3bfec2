// Daemon: the life of megaphoned, in order. Everything that is process-wide happens here or in main.cpp.
//
//   bind all listeners -> start the connect workers, the log writer and the loops -> READY
//   SIGTERM, SIGINT: drain, then end; again: end at once.
//   SIGHUP: read the file again, all or nothing, and open the log files anew.   SIGUSR1: open the log files anew.
#pragma once

#include <memory>

#include "handed_sockets.h"
#include "megaphone/base/result.h"
#include "megaphone/config/settings.h"

namespace megaphone::app {

class Daemon {
 public:
  // Binds and starts. An error means that nothing was served. REQUIRES: holdSignals(), released here; the settings were
  // checked against these sockets.
  static Result<std::unique_ptr<Daemon>> start(config::SettingsPtr settings, HandedSockets handed);
  ~Daemon();

  // Says READY and serves until a signal ends it.
  void run();

 private:
  struct Inside;
  explicit Daemon(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace megaphone::app
