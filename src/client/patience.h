// Patience: --wait, trying again until the server is there.
#pragma once

#include <optional>

#include "ending.h"
#include "notes.h"
#include "waiter.h"

namespace megaphone::client {

class Patience {
 public:
  // Nothing: no patience at all. The time begins now.
  Patience(std::optional<Duration> wait, const Waiter& waiter, const Notes& notes);

  // Whether to try again after `failure`. Not when the server would not come by waiting; and when the time is over, the
  // failure says how long it was. The first time a person is told.
  bool again(Ending& failure);
  // Sleeps until the next try.
  Stop pause();
  // As much of `timeout` as there is time for.
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
