#include "reload_requests.h"

#include <utility>

namespace megaphone::app {

void ReloadRequests::end(control::Reloaded outcome) {
  last_ = std::move(outcome);
  lastTime_ = monoNow();
  for (const OnReloaded& each : std::exchange(current_, {})) {
    if (each) each(*last_);
  }
}

bool ReloadRequests::begin() {
  if (next_.empty()) return false;
  current_ = std::exchange(next_, {});
  return true;
}

std::optional<control::Status::Reload> ReloadRequests::last() const {
  if (!last_) return std::nullopt;
  return control::Status::Reload{last_->done, monoNow() - lastTime_, last_->lines.front()};
}

}  // namespace megaphone::app
