// Figures: how the daemon is doing at this moment (Workers::figures). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "megaphone/base/mono_time.h"
#include "megaphone/connect/connect_pool.h"
#include "megaphone/observe/counters.h"

namespace megaphone::app {

struct Figures {
  observe::Totals totals;                 // since the start, over all loops
  std::uint64_t log_records_dropped = 0;  // of the access log, for want of room in a ring
  std::vector<observe::Totals> loops;     // the same of each loop
  std::vector<connect::ConnectPool::WorkerFigures> workers;
  std::size_t pending_on_loops = 0;  // connects to addresses
  std::size_t captures = 0;          // that run
  std::uint64_t packets_lost = 0;    // by all captures since the start
};

// "3 clients, 1 tunnel, 1520 requests (12 a second), 8 datagrams": one line for people, with captures where there are
// any. `since`: what lies between the two.
std::string sentence(const Figures& before, const Figures& now, Duration since);

}  // namespace megaphone::app
