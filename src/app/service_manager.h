// ServiceManager: what the daemon tells systemd about itself (sd_notify(3)), state by state. Without one it says
// nothing. Nobody waits for a service manager that does not read: a change of state is told again until it is heard,
// figures wait for the next ones. Main thread.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "megaphone/base/error.h"
#include "megaphone/base/mono_time.h"
#include "megaphone/uv/handles.h"
#include "notify.h"

namespace megaphone::app {

class ServiceManager {
 public:
  // REQUIRES: the loop outlives it.
  explicit ServiceManager(uv::Loop& loop);

  void ready();
  void reloading();
  // `most`: it may take so long.
  void stopping(Duration most);
  // Of a start that has failed.
  static void cannotStart(const Error& error);
  // Nothing hangs: every thread goes round.
  void alive();
  // Returns the text of STATUS= besides the state: figures, and what an operator should know; "" for nothing.
  void figures(std::string text);
  void note(std::string text);

 private:
  void change(std::string_view state, std::string assignments);
  void tellChanges();
  std::string status() const;

  NotifySocket socket_;
  uv::Timer again_;
  std::deque<std::string> changes_;  // that have not been told yet; assignments
  std::string state_ = "starting";
  std::string figures_;
  std::string note_;
  std::string told_;  // the status that was told last
};

}  // namespace megaphone::app
