// OwnAddresses: the current addresses of this machine's interfaces, which the caller supplies. Any thread.
//
// While they are unknown, each address is tested by a probe; the probe must return true if it cannot tell, so that an
// own address is never reached by mistake.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "megaphone/base/endpoint.h"

namespace megaphone::access {

class OwnAddresses {
 public:
  // Returns whether an address belongs, or may belong, to this machine. Any thread.
  using Probe = std::function<bool(const IpAddress&)>;

  // Starts with unknown addresses.
  explicit OwnAddresses(Probe probe) : probe_(std::move(probe)) {}

  void becomeKnown(std::vector<IpAddress> addresses);
  void becomeUnknown();

  // Returns whether the address is one of this machine. Ignores scopes, unmaps IPv4-mapped IPv6 addresses, and does not
  // include loopback.
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
