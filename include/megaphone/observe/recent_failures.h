// RecentFailures: the last failures of each client address of a listener, for the page that tells people why. Any
// thread: one short lock for each failure and each look, and none for what goes well.
//
// Bounded in failures for each address, in addresses and in memory; the addresses that have failed longest ago go
// first. A failure that repeats itself is one, and what browsers ask for by themselves makes room for the rest: neither
// hides what somebody waits for.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <vector>

#include "megaphone/base/endpoint.h"
#include "megaphone/record/client.h"
#include "megaphone/record/failure.h"

namespace megaphone::observe {

class RecentFailures {
 public:
  struct Limits {
    std::size_t addresses = 1'024;
    std::size_t bytes = 2 << 20;
  };
  RecentFailures() : RecentFailures(Limits{}) {}
  explicit RecentFailures(const Limits& limits) : limits_(limits) {}

  // Keeps it among the last `most` of that client; 0: forgets the client.
  void note(const record::Client& client, record::Failure failure, std::size_t most);
  // At most `most`, newest first.
  std::vector<record::Failure> of(const record::Client& client, std::size_t most) const;

 private:
  struct OfAddress {
    IpAddress address;
    std::list<record::Failure> failures;  // newest first
  };
  using Clients = std::list<OfAddress>;

  void add(OfAddress& client, record::Failure failure);
  static std::list<record::Failure>::iterator leastOf(OfAddress& client);
  void drop(OfAddress& client, std::list<record::Failure>::iterator failure);
  void drop(Clients::iterator client);

  const Limits limits_;
  mutable std::mutex mutex_;
  Clients clients_;  // who failed last comes first
  std::map<IpAddress, Clients::iterator> byAddress_;
  std::size_t bytes_ = 0;
};

}  // namespace megaphone::observe
