// ServiceManager: what the daemon tells systemd about itself (sd_notify(3)), state by state. Without one it says
// nothing.
#pragma once

#include <string>
#include <string_view>

#include "megaphone/base/error.h"

namespace megaphone::app {

class ServiceManager {
 public:
  void ready();
  void reloading();
  void stopping();
  // Of a start that has failed.
  static void cannotStart(const Error& error);
  // What STATUS= says beside the state; "" for nothing.
  void note(std::string text);

 private:
  void say(std::string_view assignments);
  std::string status() const;

  std::string state_ = "starting";
  std::string note_;
};

}  // namespace megaphone::app
