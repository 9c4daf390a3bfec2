// Patience: --wait, retrying until the server answers.
#pragma once

#include <optional>

#include "notes.h"
#include "outcome.h"
#include "waiter.h"

namespace megaphone::client {

class Patience {
 public:
  // Starts the time now. `wait`: nothing for no retries.
  Patience(std::optional<Duration> wait, const Waiter& waiter, const Notes& notes);

  // Returns whether to try again after `failure`: not if waiting cannot help, nor when the time is over, in which case
  // the failure gets the time waited. Tells the user the first time.
  bool again(Outcome& failure);
  // Sleeps until the next attempt.
  Stop pause();
  // Returns `timeout`, limited to the time that is left.
  Duration within(Duration timeout) const;

 private:
  std::optional<Duration> wait_;
  const Waiter& waiter_;
  const Notes& notes_;
  MonoTime end_;
  Duration step_;
  bool told_ = false;
};

}  // namespace megaphone::client
