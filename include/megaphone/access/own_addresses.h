// OwnAddresses: the addresses of this machine's interfaces, as they are now. Pure: somebody else finds them out. Any
// thread.
//
// While they cannot be known, each address is asked about by a probe, and one that cannot be asked about counts as own:
// what is denied because of it must not be reached by chance.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "megaphone/base/endpoint.h"

namespace megaphone::access {

class OwnAddresses {
 public:
  // Whether an address is one of this machine, or may be one.
  using Probe = std::function<bool(const IpAddress&)>;

  // Nothing is known in the beginning. `probe` is called on any thread.
  explicit OwnAddresses(Probe probe) : probe_(std::move(probe)) {}

  void becomeKnown(std::vector<IpAddress> addresses);
  void becomeUnknown();

  // Whatever its scope; a mapped IPv6 address as the IPv4 address that it is. Loopback is not looked for.
  bool contains(const IpAddress& address) const;

 private:
  using Table = std::vector<IpAddress>;  // sorted, unmapped, without scopes
  void set(std::shared_ptr<const Table> table);

  const Probe probe_;
  mutable std::mutex mutex_;            // guards what follows
  std::shared_ptr<const Table> table_;  // null: not known
};

using OwnAddressesPtr = std::shared_ptr<const OwnAddresses>;

}  // namespace megaphone::access
