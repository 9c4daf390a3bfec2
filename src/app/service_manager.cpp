#include "service_manager.h"

#include <algorithm>

#include "megaphone/base/mono_time.h"
#include "notify.h"

namespace megaphone::app {
namespace {

constexpr Duration kToEnd = std::chrono::seconds(5);  // joining threads, writing the last log lines

constexpr Duration kAgain = std::chrono::milliseconds(100);
constexpr std::size_t kMostChanges = 8;  // who has not read so many needs the last ones

}  // namespace

ServiceManager::ServiceManager(uv::Loop& loop) : again_(loop, [this] { tellChanges(); }) {}

void ServiceManager::ready() { change("serving", "READY=1\n"); }

void ServiceManager::reloading() {
  using std::chrono::microseconds;
  const auto now = std::chrono::duration_cast<microseconds>(monoNow().time_since_epoch()).count();
  change("reloading", "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now) + "\n");
}

// It would be killed after TimeoutStopSec= otherwise.
void ServiceManager::stopping(Duration most) {
  const auto patience = std::chrono::duration_cast<std::chrono::microseconds>(most + kToEnd).count();
  change("stopping", "STOPPING=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(patience) + "\n");
}

void ServiceManager::cannotStart(const Error& error) {
  NotifySocket().send("STATUS=cannot start: " + describe(error) + "\nERRNO=" + std::to_string(error.errnum));
}

void ServiceManager::alive() { socket_.send("WATCHDOG=1"); }

void ServiceManager::figures(std::string text) {
  figures_ = std::move(text);
  const std::string now = status();
  if (now == told_ || !changes_.empty()) return;
  if (socket_.send("STATUS=" + now) != NotifySocket::Sent::no_room) told_ = now;
}

void ServiceManager::note(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');  // a line is an assignment
  note_ = std::move(text);
}

void ServiceManager::change(std::string_view state, std::string assignments) {
  state_ = state;
  if (changes_.size() == kMostChanges) changes_.pop_front();
  changes_.push_back(std::move(assignments));
  tellChanges();
}

// In their order.
void ServiceManager::tellChanges() {
  const std::string now = status();
  for (; !changes_.empty(); changes_.pop_front()) {
    if (socket_.send(changes_.front() + "STATUS=" + now) == NotifySocket::Sent::no_room) return again_.start(kAgain);
    told_ = now;
  }
}

std::string ServiceManager::status() const {
  std::string all = state_;
  if (!figures_.empty()) all += ": " + figures_;
  if (!note_.empty()) all += "; " + note_;
  return all;
}

}  // namespace megaphone::app
