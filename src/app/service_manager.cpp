#include "service_manager.h"

#include <algorithm>

#include "megaphone/base/mono_time.h"
#include "notify.h"

namespace megaphone::app {
namespace {

constexpr Duration kToEnd = std::chrono::seconds(5);  // joining threads, writing the last log lines

}  // namespace

void ServiceManager::ready() {
  state_ = "serving";
  say("READY=1\n");
}

void ServiceManager::reloading() {
  using std::chrono::microseconds;
  const auto now = std::chrono::duration_cast<microseconds>(monoNow().time_since_epoch()).count();
  state_ = "reloading";
  say("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now) + "\n");
}

// It would be killed after TimeoutStopSec= otherwise.
void ServiceManager::stopping(Duration most) {
  const auto patience = std::chrono::duration_cast<std::chrono::microseconds>(most + kToEnd).count();
  state_ = "stopping";
  say("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(patience) + "\n");
}

void ServiceManager::cannotStart(const Error& error) {
  notify("STATUS=cannot start: " + describe(error) + "\nERRNO=" + std::to_string(error.errnum));
}

void ServiceManager::alive() { notify("WATCHDOG=1"); }

void ServiceManager::figures(std::string text) {
  if (text == figures_) return;
  figures_ = std::move(text);
  say("");
}

void ServiceManager::note(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');  // a line is an assignment
  note_ = std::move(text);
}

void ServiceManager::say(std::string_view assignments) { notify(std::string(assignments) + "STATUS=" + status()); }

std::string ServiceManager::status() const {
  std::string all = state_;
  if (!figures_.empty()) all += ": " + figures_;
  if (!note_.empty()) all += "; " + note_;
  return all;
}

}  // namespace megaphone::app
