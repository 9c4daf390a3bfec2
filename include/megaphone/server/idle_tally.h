// IdleTally: how many idle connections to origins each event loop keeps, so that a loop asks the others to close some
// only where there are any. Counted by address, in a table of fixed size: two that meet in a slot cost a question in
// vain.
//
// Threads: each loop writes its own counts, and reads all.
#pragma once

#include <string>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/base/keyed_hash.h"
#include "megaphone/observe/counters.h"

namespace megaphone::server {

// A request that has gone out on a new connection, and waits for its answer.
struct Waiting {
  std::string key;    // of its target, as in the pool
  Endpoint endpoint;  // to which it is connected
};

class IdleTally {
 public:
  static constexpr std::size_t kSlots = 1024;

  explicit IdleTally(std::size_t loops) : loops_(loops), counts_(loops * kSlots) {}

  std::size_t slotFor(const Endpoint& endpoint) const { return (hash_(endpoint.address) ^ endpoint.port) % kSlots; }
  observe::Counter& of(std::size_t loop, std::size_t slot) { return counts_[loop * kSlots + slot]; }
  bool othersHave(std::size_t loop, std::size_t slot) const {
    for (std::size_t other = 0; other < loops_; ++other) {
      if (other != loop && counts_[other * kSlots + slot].read() > 0) return true;
    }
    return false;
  }

 private:
  const std::size_t loops_;
  const KeyedHash hash_;
  std::vector<observe::Counter> counts_;
};

}  // namespace megaphone::server
