// ServiceManager: what the daemon tells systemd about itself (sd_notify(3)), state by state. Without one it says
// nothing.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/error.h"
#include "megaphone/base/mono_time.h"

namespace megaphone::app {

class ServiceManager {
 public:
  void ready();
  void reloading();
  // `most`: it may take so long.
  void stopping(Duration most);
  // Of a start that has failed.
  static void cannotStart(const Error& error);
  // Nothing hangs: every thread goes round.
  void alive();
  // What STATUS= says beside the state: how things are going, and what an operator should know; "" for nothing.
  void figures(std::string text);
  void note(std::string text);

 private:
  void say(std::string_view assignments);
  std::string status() const;

  std::string state_ = "starting";
  std::string figures_;
  std::string note_;
};

}  // namespace megaphone::app
