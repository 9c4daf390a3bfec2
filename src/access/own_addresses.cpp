#include "megaphone/access/own_addresses.h"

#include <algorithm>

namespace megaphone::access {
namespace {

IpAddress plain(const IpAddress& address) {
  const IpAddress unmapped = address.unmapped();
  return unmapped.isV4() ? unmapped : IpAddress::v6(unmapped.raw());
}

}  // namespace

void OwnAddresses::becomeKnown(std::vector<IpAddress> addresses) {
  for (IpAddress& address : addresses) address = plain(address);
  std::sort(addresses.begin(), addresses.end());
  set(std::make_shared<const Table>(std::move(addresses)));
}

void OwnAddresses::becomeUnknown() { set(nullptr); }

void OwnAddresses::set(std::shared_ptr<const Table> table) {
  const std::lock_guard lock(mutex_);
  table_ = std::move(table);
}

bool OwnAddresses::contains(const IpAddress& address) const {
  const IpAddress wanted = plain(address);
  std::shared_ptr<const Table> table;
  {
    const std::lock_guard lock(mutex_);
    table = table_;
  }
  return table ? std::binary_search(table->begin(), table->end(), wanted) : probe_(wanted);
}

}  // namespace megaphone::access
