// ReloadRequests: who waits for the configuration to be read again, and how it went the last time. Main thread.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "megaphone/base/mono_time.h"
#include "megaphone/control/daemon.h"

namespace megaphone::app {

class ReloadRequests {
 public:
  using OnReloaded = std::function<void(const control::Reloaded&)>;  // may be empty

  // Takes one who asks for a reload: for the one that begins now, or, while settings are `changing`, for the next one.
  void add(OnReloaded onReloaded, bool changing) { (changing ? next_ : current_).push_back(std::move(onReloaded)); }
  // Tells those of the reload that was under way how it has ended.
  void end(control::Reloaded outcome);
  // Makes the next reload the one that is under way. Returns whether anybody has asked for one, however often.
  bool begin();

  // Returns how the last one has ended; nothing: there was none.
  std::optional<control::Status::Reload> last() const;

 private:
  std::vector<OnReloaded> current_;
  std::vector<OnReloaded> next_;
  std::optional<control::Reloaded> last_;
  MonoTime lastTime_{};
};

}  // namespace megaphone::app
